use ureq::http::Uri;
use zeroize::Zeroizing;

use crate::loopback::is_loopback;

/// Checks the address of a gateway; what is wrong with it does not repeat it, since it may have a
/// secret in it.
pub(super) fn checked(text: String) -> Result<Zeroizing<String>, &'static str> {
    let text = Zeroizing::new(text);
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("a URL has no spaces, and characters other than ASCII's percent-encoded");
    }
    let uri: Uri = text.parse().map_err(|_| "this is no URL")?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err("a URL begins with https:// and a host");
    };
    match scheme {
        _ if authority.as_str().contains('@') => {
            Err("a URL with a user or a password in it: they belong into 'headers' or 'params'")
        }
        _ if text.contains('#') => Err("a URL with a fragment, which is never sent"),
        _ if text.contains(['{', '}']) => {
            Err("a URL with a placeholder: those belong into 'params' or 'headers'")
        }
        _ if authority.port_u16().is_none() && authority.as_str() != authority.host() => {
            Err("a URL with a port that is none")
        }
        "https" => Ok(text),
        "http" if is_loopback(uri.host().unwrap_or_default()) => Ok(text),
        "http" => Err("http is for this machine alone (localhost, 127.0.0.1, [::1]): use https"),
        _ => Err("a URL begins with https:// and a host"),
    }
}
