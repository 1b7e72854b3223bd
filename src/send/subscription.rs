//! Where a browser can be woken: at its maker's push service, or one that the configuration lists.
//!
//! A browser names its endpoint itself, and whoever pretends to be one could have any address asked:
//! one in the local network, or one that says when its owner is asked for something.

use std::fmt;

use serde::{Deserialize, Serialize};
use ureq::http::Uri;

use super::push_service::{PushService, is_known, origin_of};
use crate::domain::{Bounded, BoundedError};

/// Where a browser can be woken; whoever knows the address can wake it.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    endpoint: Uri,
    origin: String,
}

/// The reasons why a browser's subscription is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubscriptionError {
    /// Not what a browser gives.
    #[error(
        "a subscription is a JSON object with an endpoint, which is a URL without a user or a fragment"
    )]
    Form,
    /// A host that is nobody's push service.
    #[error("the endpoint is at {0}, which is no known push service, and not listed in 'services'")]
    Unknown(String),
    /// Longer than a record has room for.
    #[error("the endpoint has no room in a record: {0}")]
    Long(#[from] BoundedError),
}

/// What is needed of a browser's `PushSubscription.toJSON()`: the keys there are for payloads.
#[derive(Serialize, Deserialize)]
struct Json {
    endpoint: String,
}

impl Subscription {
    /// Reads what a browser or a record says.
    pub(super) fn read(json: &str, services: &[PushService]) -> Result<Self, SubscriptionError> {
        let Json { endpoint } = serde_json::from_str(json).map_err(|_| SubscriptionError::Form)?;
        let endpoint = url(&endpoint).ok_or(SubscriptionError::Form)?;
        let origin = origin(&endpoint).ok_or(SubscriptionError::Form)?;
        if !is_known(&origin) && !services.iter().any(|service| service.is_at(&origin)) {
            return Err(SubscriptionError::Unknown(origin));
        }
        Ok(Self { endpoint, origin })
    }

    /// Returns what is kept of it.
    ///
    /// # Errors
    /// [`SubscriptionError::Long`] if a record has no room for it.
    pub fn to_json(&self) -> Result<Bounded<1024>, SubscriptionError> {
        let json = serde_json::json!(Json { endpoint: self.endpoint.to_string() });
        Ok(json.to_string().parse()?)
    }

    pub(super) fn endpoint(&self) -> &Uri {
        &self.endpoint
    }

    /// Returns the origin of the push service (RFC 6454 §6.2).
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }
}

/// Shows the origin alone.
impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subscription").field(&self.origin).finish()
    }
}

fn url(text: &str) -> Option<Uri> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.contains('#');
    text.parse().ok().filter(|_| is_plain)
}

fn origin(endpoint: &Uri) -> Option<String> {
    origin_of(endpoint.scheme_str()?, endpoint.authority()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what is kept of a subscription with this endpoint, or what is wrong with it.
    fn kept(endpoint: &str) -> Result<String, String> {
        let services = ["push.example.org", "push.example.org:8443", "127.0.0.1:4711", "localhost"];
        let services = services.map(|service| service.parse().unwrap());
        let json = serde_json::json!({ "endpoint": endpoint, "expirationTime": null,
            "keys": { "p256dh": "x", "auth": "y" } });
        let read = Subscription::read(&json.to_string(), &services);
        let kept = read.and_then(|subscription| subscription.to_json());
        kept.map(|kept| kept.as_str().into()).map_err(|error| error.to_string())
    }

    #[test]
    fn an_endpoint_is_at_a_push_service_that_is_known_or_listed_and_nothing_else_is_kept() {
        for endpoint in [
            "https://fcm.googleapis.com/fcm/send/abc:APA91",
            "https://fcm.googleapis.com:443/wp/abc",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com/QOn_",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYA%3d%3d",
            "https://push.example.org/1",
            "https://PUSH.example.org:8443/1",
            "http://127.0.0.1:4711/1",
            "http://localhost/1",
        ] {
            assert_eq!(kept(endpoint), Ok(format!("{{\"endpoint\":\"{endpoint}\"}}")));
        }
    }

    #[test]
    fn any_other_host_port_or_scheme_is_refused_and_its_origin_alone_is_told() {
        for (endpoint, origin) in [
            ("https://push.example/secret", "https://push.example"),
            ("https://192.168.0.1/secret", "https://192.168.0.1"),
            ("https://169.254.169.254/latest/meta-data", "https://169.254.169.254"),
            ("https://[fd00::1]/secret", "https://[fd00::1]"),
            ("https://2130706433/secret", "https://2130706433"),
            ("https://0x7f.1/secret", "https://0x7f.1"),
            ("https://127.0.0.1:4711/secret", "https://127.0.0.1:4711"),
            ("http://127.0.0.1:4712/secret", "http://127.0.0.1:4712"),
            ("http://127.0.0.2:4711/secret", "http://127.0.0.2:4711"),
            ("http://localhost:4711/secret", "http://localhost:4711"),
            ("http://fcm.googleapis.com/secret", "http://fcm.googleapis.com"),
            ("http://push.example.org/secret", "http://push.example.org"),
            ("https://fcm.googleapis.com:8443/secret", "https://fcm.googleapis.com:8443"),
            ("https://web.push.apple.com:22/secret", "https://web.push.apple.com:22"),
            ("https://fcm.googleapis.com./secret", "https://fcm.googleapis.com."),
            ("https://fcm.googleapis.com.example/secret", "https://fcm.googleapis.com.example"),
            ("https://xfcm.googleapis.com/secret", "https://xfcm.googleapis.com"),
            ("https://xnotify.windows.com/secret", "https://xnotify.windows.com"),
            ("https://evil.example/.push.apple.com", "https://evil.example"),
            ("https://evil.example?.push.apple.com", "https://evil.example"),
            ("ftp://web.push.apple.com/secret", "ftp://web.push.apple.com"),
        ] {
            let why = "which is no known push service, and not listed in 'services'";
            assert_eq!(kept(endpoint), Err(format!("the endpoint is at {origin}, {why}")));
        }
    }

    #[test]
    fn what_is_no_url_of_a_host_alone_is_refused() {
        let form = SubscriptionError::Form.to_string();
        for endpoint in [
            "",
            "/secret",
            "web.push.apple.com",
            "https://me@web.push.apple.com/",
            "https://evil.example@web.push.apple.com/",
            "https://web.push.apple.com@evil.example/",
            "https://web.push.apple.com/#x",
            "https://evil.example#.push.apple.com",
            "https://evil.example\\.push.apple.com/",
            "https://evil.example\\@web.push.apple.com/",
            "https://a%2f.push.apple.com/",
            "https://evil.example%00.push.apple.com/",
            "https://web.push.apple.com:/",
            "https://web.push.apple.com:99999/",
            "https://.push.apple.com:x/",
            "https://web.push.apple.com/a b",
            "https://web.push.apple.com/\r\nx: y",
            "https://é.push.apple.com/",
            "https://web.push.apple.com/é",
        ] {
            assert_eq!(kept(endpoint), Err(form.clone()), "{endpoint}");
        }
        for json in ["", "null", "[]", "{}", "{\"endpoint\":1}", "{\"endpoint\":null}", "\"x\""] {
            assert_eq!(
                Subscription::read(json, &[]).err(),
                Some(SubscriptionError::Form),
                "{json}"
            );
        }
    }

    #[test]
    fn what_a_record_has_no_room_for_is_refused_and_debug_output_shows_the_origin_alone() {
        let endpoint = |length| format!("https://web.push.apple.com/{}", "x".repeat(length));
        // A record escapes the four quotes.
        let most = 1024 - 4 - r#"{"endpoint":""}"#.len() - endpoint(0).len();
        assert!(kept(&endpoint(most)).is_ok());
        let long = "the endpoint has no room in a record: it is longer than 1024 bytes";
        assert_eq!(kept(&endpoint(most + 1)), Err(long.into()));
        let json = r#"{"endpoint":"https://web.push.apple.com/secret"}"#;
        let shown = format!("{:?}", Subscription::read(json, &[]).unwrap());
        assert_eq!(shown, "Subscription(\"https://web.push.apple.com\")");
    }
}
