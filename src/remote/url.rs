use std::str::FromStr;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ureq::http::Uri;

use crate::domain::{AppName, Handle};
use crate::loopback::is_loopback;

/// The address of a service: https, or http to this machine alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerUrl(String);

/// The reason why a text is no address of a service; it is not repeated, since it may have a password
/// in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ServerUrlError(&'static str);

impl ServerUrl {
    /// Returns the address of something that is done with a challenge.
    pub(super) fn challenge(&self, id: &Handle, what: &str) -> String {
        format!("{}/v1/push/{id}{what}", self.0)
    }

    /// Returns the address of something that is done with an app.
    pub(super) fn route(&self, app: &AppName, what: &str) -> String {
        let app = utf8_percent_encode(app.as_str(), NON_ALPHANUMERIC);
        format!("{}/v1/apps/{app}/{what}", self.0)
    }
}

impl FromStr for ServerUrl {
    type Err = ServerUrlError;

    fn from_str(text: &str) -> Result<Self, ServerUrlError> {
        let no = |why| Err(ServerUrlError(why));
        let uri: Uri = text.parse().map_err(|_| ServerUrlError("this is no URL"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return no("a URL begins with https:// and a host");
        };
        match scheme {
            _ if authority.as_str().contains('@') => {
                no("a URL with a user or a password in it: the token is what lets a gate in")
            }
            _ if text.contains(['?', '#']) => no("a URL with more than a host and a path"),
            _ if authority.port_u16().is_none() && authority.as_str() != authority.host() => {
                no("a URL with a port that is none")
            }
            "http" if !is_loopback(authority.host()) => {
                no("http is for this machine alone (localhost, 127.0.0.1, [::1]): use https")
            }
            "https" | "http" => Ok(Self(text.trim_end_matches('/').to_owned())),
            _ => no("a URL begins with https:// and a host"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_one_piece_of_the_path_whatever_its_name_is() {
        let url = |base: &str, app: &str| {
            base.parse::<ServerUrl>().unwrap().route(&app.parse().unwrap(), "verify")
        };
        for (app, path) in [
            ("deploy", "deploy"),
            ("Example Corp", "Example%20Corp"),
            ("é字", "%C3%A9%E5%AD%97"),
            ("100%", "100%25"),
            ("a%2Fb", "a%252Fb"),
            ("a?b#c&d", "a%3Fb%23c%26d"),
            ("a..b", "a%2E%2Eb"),
            ("a\\b", "a%5Cb"),
        ] {
            let expected = format!("https://mfa.example/v1/apps/{path}/verify");
            assert_eq!(url("https://mfa.example", app), expected);
        }
        assert!("..".parse::<AppName>().is_err() && "a/b".parse::<AppName>().is_err());
        let behind = "http://[::1]:8080/mfa/v1/apps/x/verify";
        assert_eq!(url("http://[::1]:8080/mfa/", "x"), behind);
    }

    #[test]
    fn a_url_that_would_give_codes_away_is_refused() {
        for (url, why) in [
            ("http://mfa.example", "http is for this machine alone"),
            ("http://127.0.0.1.mfa.example", "http is for this machine alone"),
            ("http://10.0.0.1", "http is for this machine alone"),
            ("http://localhost.mfa.example", "http is for this machine alone"),
            ("http://localhost@mfa.example", "a URL with a user or a password"),
            ("https://user:password@mfa.example", "a URL with a user or a password"),
            ("https://mfa.example?x", "a URL with more than a host"),
            ("https://mfa.example/#x", "a URL with more than a host"),
            ("https://mfa.example:99999", "a URL with a port that is none"),
            ("ftp://mfa.example", "a URL begins with https://"),
            ("mfa.example", "a URL begins with https://"),
            ("/etc", "a URL begins with https://"),
            ("https://mfa example", "this is no URL"),
            ("https://", "this is no URL"),
            ("", "this is no URL"),
        ] {
            let error = url.parse::<ServerUrl>().unwrap_err().to_string();
            assert!(error.starts_with(why), "{url}: {error}");
        }
        for url in ["https://10.0.0.1:8443", "http://127.0.0.1:1", "http://LOCALHOST", "HTTPS://a"]
        {
            assert!(url.parse::<ServerUrl>().is_ok(), "{url}");
        }
    }
}
