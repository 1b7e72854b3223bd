use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ureq::http::Uri;

use crate::domain::Handle;

/// The address under which people and programs reach the service: a scheme, a host, and perhaps a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    /// The host and, unless it is the scheme's own, the port.
    authority: String,
}

/// The reasons why a text is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginError {
    /// Not `https://HOST` or `http://HOST`, with a port at most.
    #[error("an origin is https://HOST or https://HOST:PORT, and nothing behind it")]
    Form,
    /// Plain text to another machine.
    #[error("an origin without TLS is on this machine: http://localhost:PORT")]
    Plain,
    /// An address, for which a browser keeps no passkey.
    #[error("an IP address is no origin: a browser keeps no passkey for it")]
    Address,
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let uri: Uri = text.parse().map_err(|_| OriginError::Form)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(OriginError::Form);
        };
        let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        if !is_bare || text.contains(['#', '@']) || !matches!(scheme, "http" | "https") {
            return Err(OriginError::Form);
        }
        let host = authority.host();
        if host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return Err(OriginError::Address);
        }
        if scheme == "http" && host != "localhost" && !host.ends_with(".localhost") {
            return Err(OriginError::Plain);
        }
        let is_label = |label: &str| !label.is_empty() && !label.contains(|c| !is_of_a_name(c));
        let port = authority.as_str().strip_prefix(host).unwrap_or_default();
        let is_port = port.is_empty() || matches!(authority.port_u16(), Some(1..));
        if !host.split('.').all(is_label) || !is_port {
            return Err(OriginError::Form);
        }
        let usual = if scheme == "http" { 80 } else { 443 };
        let port = authority.port_u16().filter(|port| *port != usual);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self { scheme: scheme.into(), authority: host.to_ascii_lowercase() + &port })
    }
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

impl Origin {
    /// Returns the origin of a service that nobody reaches but from this machine.
    #[must_use]
    pub fn local(port: u16) -> Self {
        Self { scheme: "http".into(), authority: format!("localhost:{port}") }
    }

    /// Returns the link to the page with what stays in the browser: what is behind `#` is in no log.
    #[must_use]
    pub fn link(&self, handle: &Handle) -> String {
        format!("{self}/#{handle}")
    }

    /// Reports whether a request names this host.
    #[cfg(feature = "service")]
    pub(crate) fn is_host(&self, host: &str) -> bool {
        let usual = if self.scheme == "http" { ":80" } else { ":443" };
        let host = host.to_ascii_lowercase();
        host.strip_suffix(usual).unwrap_or(&host) == self.authority
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_perhaps_a_port() {
        for (text, expected) in [
            ("https://mfa.example.org", Ok("https://mfa.example.org")),
            ("https://MFA.example.org:443/", Ok("https://mfa.example.org")),
            ("https://mfa.example.org:8443", Ok("https://mfa.example.org:8443")),
            ("http://localhost:8080", Ok("http://localhost:8080")),
            ("http://mfa.localhost", Ok("http://mfa.localhost")),
            ("http://mfa.example.org", Err(OriginError::Plain)),
            ("https://203.0.113.7", Err(OriginError::Address)),
            ("http://[::1]:80", Err(OriginError::Address)),
            ("https://mfa.example.org/path", Err(OriginError::Form)),
            ("https://mfa.example.org?x", Err(OriginError::Form)),
            ("https://a@mfa.example.org", Err(OriginError::Form)),
            ("http://localhost:8080x", Err(OriginError::Form)),
            ("http://localhost:99999", Err(OriginError::Form)),
            ("https://mfa.example.org:-1", Err(OriginError::Form)),
            ("https://mfa.example.org:0", Err(OriginError::Form)),
            ("https://*.example.org", Err(OriginError::Form)),
            ("https://mfa..example.org", Err(OriginError::Form)),
            ("ftp://mfa.example.org", Err(OriginError::Form)),
            ("mfa.example.org", Err(OriginError::Form)),
            ("", Err(OriginError::Form)),
        ] {
            let told = text.parse::<Origin>().map(|origin| origin.to_string());
            assert_eq!(told.as_deref(), expected.as_ref().copied(), "{text}");
        }
    }

    #[cfg(feature = "service")]
    #[test]
    fn a_host_is_the_same_in_either_case_and_with_the_usual_port() {
        let origin: Origin = "https://mfa.example.org".parse().unwrap();
        assert!(origin.is_host("MFA.example.org") && origin.is_host("mfa.example.org:443"));
        assert!(!origin.is_host("mfa.example.org:80") && !origin.is_host("example.org"));
        assert!(!origin.is_host("mfa.example.org.") && !origin.is_host("amfa.example.org"));
        assert!(Origin::local(8080).is_host("localhost:8080"));
    }
}
