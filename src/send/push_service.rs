use std::net::IpAddr;
use std::str::FromStr;

use ureq::http::uri::Authority;

use crate::loopback::is_loopback;

/// The host of Chrome's push service, and of the browsers that are made from it
/// (`components/push_messaging/push_messaging_constants.cc` of Chromium).
const CHROME: &str = "fcm.googleapis.com";

/// The domains whose hosts are push services, each its maker's alone:
///
/// - Mozilla: `updates.push.services.mozilla.com`, <https://mozilla-push-service.readthedocs.io/>
/// - Apple: `web.push.apple.com`; all hosts of the domain are to be expected,
///   <https://webkit.org/blog/12945/meet-web-push/>
/// - Microsoft: the part before the domain changes and is not to be looked at,
///   <https://learn.microsoft.com/windows/apps/develop/notifications/push-notifications/wns-overview>
const DOMAINS: [&str; 3] = [".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"];

/// A push service besides the known ones: its origin.
///
/// Its administrator chose it, so that its name may lead anywhere, even into the local network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushService(String);

/// The reasons why a text names no push service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PushServiceError {
    /// Something else than a host, with a port at most.
    #[error("a push service is HOST or HOST:PORT")]
    Form,
    /// An address, for which there is no certificate, or in the local network.
    #[error(
        "a push service is named by its host, not by an IP address, unless it is this machine's"
    )]
    Address,
}

impl PushService {
    /// Reports whether it is the one at this origin.
    pub(super) fn is_at(&self, origin: &str) -> bool {
        self.0 == origin
    }
}

impl FromStr for PushService {
    type Err = PushServiceError;

    fn from_str(text: &str) -> Result<Self, PushServiceError> {
        let authority: Authority = text.parse().map_err(|_| PushServiceError::Form)?;
        let host = authority.host();
        let is_address = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        if is_address && !is_loopback(host) {
            return Err(PushServiceError::Address);
        }
        // On this machine nobody listens on the way, and nobody has a certificate for it.
        let scheme = if is_loopback(host) { "http" } else { "https" };
        origin_of(scheme, &authority).map(Self).ok_or(PushServiceError::Form)
    }
}

/// Reports whether this is the origin of a push service that every configuration has.
pub(super) fn is_known(origin: &str) -> bool {
    origin
        .strip_prefix("https://")
        .is_some_and(|host| host == CHROME || DOMAINS.iter().any(|domain| host.ends_with(domain)))
}

/// Returns the origin of a host that is a name or an address, and a port that is one.
pub(super) fn origin_of(scheme: &str, authority: &Authority) -> Option<String> {
    let host = authority.host().to_ascii_lowercase();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-.[:]".contains(c);
    if host.is_empty() || !host.chars().all(is_plain) {
        return None;
    }
    let port = match authority.as_str().strip_prefix(authority.host())? {
        "" => None,
        _ => Some(authority.port_u16()?),
    };
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = port.filter(|port| *port != usual).map(|port| format!(":{port}"));
    Some(format!("{scheme}://{host}{}", port.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_service_is_a_host_by_https_or_this_machine_by_http() {
        for (text, origin) in [
            ("push.example.org", "https://push.example.org"),
            ("PUSH.example.org:443", "https://push.example.org"),
            ("push.example.org:8443", "https://push.example.org:8443"),
            ("127.0.0.1:4711", "http://127.0.0.1:4711"),
            ("[::1]:80", "http://[::1]"),
            ("localhost:443", "http://localhost:443"),
        ] {
            assert_eq!(text.parse(), Ok(PushService(origin.into())), "{text}");
        }
        for text in [
            "",
            "*",
            "*.example.org",
            "https://push.example.org",
            "push.example.org/",
            "push.example.org/x",
            "me@push.example.org",
            "push.example.org:",
            "push.example.org:x",
            "push.example.org:99999",
            "a b",
            "a_b",
            "é.example.org",
        ] {
            assert_eq!(text.parse::<PushService>(), Err(PushServiceError::Form), "{text}");
        }
        for text in ["192.168.0.1", "203.0.113.7:443", "[fd00::1]", "0.0.0.0", "169.254.169.254"] {
            assert_eq!(text.parse::<PushService>(), Err(PushServiceError::Address), "{text}");
        }
    }
}
