use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::domain::{Algorithm, Digits, Label, Otp, Period, Secret};

/// What Python's `urlencode` encodes: all but letters, digits and `_.-~`.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~');

/// What Python's `quote` encodes: the same, but for `/`.
const PATH: &AsciiSet = &VALUE.remove(b'/');

/// Writes the `otpauth://` URI that a phone scans, byte for byte as `pyotp` does; it holds the
/// secret.
///
/// `%20` for a space, never `+`, which some phones show as such; the parameters that differ from
/// the default alone, in `pyotp`'s order. A `:` in the issuer or the account is written as `%3A`,
/// so that the one between them is the only one in the label. If no account is known, the issuer
/// takes its place.
#[must_use]
pub fn provisioning_uri(
    secret: &Secret,
    issuer: &Label,
    account: Option<&Label>,
    otp: impl Into<Otp>,
) -> Zeroizing<String> {
    let otp = otp.into();
    let secret = secret.expose_base32();
    let account = account.unwrap_or(issuer);
    // Reserved whole, so that no grown-out copy stays behind unwiped.
    let capacity = 128 + secret.len() + 6 * issuer.as_str().len() + 3 * account.as_str().len();
    let mut uri = Zeroizing::new(String::with_capacity(capacity));
    uri.extend(["otpauth://", otp.kind(), "/"]);
    uri.extend(encode(issuer, PATH));
    uri.push(':');
    uri.extend(encode(account, PATH));
    uri.push_str("?secret=");
    uri.push_str(&secret);
    uri.push_str("&issuer=");
    uri.extend(encode(issuer, VALUE));
    if let Otp::Hotp(hotp) = otp {
        uri.extend(["&counter=", &hotp.counter.to_string()]);
    }
    if otp.algorithm() != Algorithm::default() {
        uri.extend(["&algorithm=", otp.algorithm().name()]);
    }
    let parameter = |name, value: u64, default: u64| {
        if value == default { String::new() } else { format!("&{name}={value}") }
    };
    if let Otp::Totp(_) | Otp::Hotp(_) = otp {
        uri.push_str(&parameter("digits", otp.digits().into(), Digits::default().into()));
    }
    if let Some(period) = otp.period() {
        uri.push_str(&parameter("period", period, Period::default().into()));
    }
    uri
}

fn encode<'a>(label: &'a Label, keep: &'static AsciiSet) -> PercentEncode<'a> {
    utf8_percent_encode(label.as_str(), keep)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Hotp, Totp};

    fn uri(issuer: &str, account: &str, otp: impl Into<Otp>) -> String {
        let secret = Secret::parse(b"GEZDGNBVGY3TQOJQ").unwrap();
        let account = account.parse().unwrap();
        provisioning_uri(&secret, &issuer.parse().unwrap(), Some(&account), otp).to_string()
    }

    #[test]
    fn defaults_are_left_out() {
        assert_eq!(
            uri("Example Corp", "d3@example.com", Totp::default()),
            "otpauth://totp/Example%20Corp:d3%40example.com?secret=GEZDGNBVGY3TQOJQ&issuer=Example%20Corp"
        );
    }

    #[test]
    fn a_slash_stays_in_the_label_and_is_encoded_in_the_parameter() {
        assert_eq!(
            uri("a/b&c%d+é~", "字", Totp::default()),
            "otpauth://totp/a/b%26c%25d%2B%C3%A9~:%E5%AD%97?secret=GEZDGNBVGY3TQOJQ&issuer=a%2Fb%26c%25d%2B%C3%A9~"
        );
    }

    #[test]
    fn only_the_colon_between_issuer_and_account_is_not_encoded() {
        assert_eq!(
            uri("https://corp", "alice@host:3080", Totp::default()),
            "otpauth://totp/https%3A//corp:alice%40host%3A3080?secret=GEZDGNBVGY3TQOJQ&issuer=https%3A%2F%2Fcorp"
        );
    }

    #[test]
    fn other_parameters_follow_in_pyotps_order() {
        let totp = Totp {
            algorithm: Algorithm::Sha512,
            digits: 8.try_into().unwrap(),
            period: 60.try_into().unwrap(),
        };
        assert!(uri("a", "b", totp).ends_with("&issuer=a&algorithm=SHA512&digits=8&period=60"));
    }

    #[test]
    fn codes_by_counter_and_of_steam_have_their_own_kinds() {
        let hotp = Hotp { algorithm: Algorithm::Sha256, counter: 7, ..Hotp::default() };
        assert_eq!(
            uri("a", "b", hotp),
            "otpauth://hotp/a:b?secret=GEZDGNBVGY3TQOJQ&issuer=a&counter=7&algorithm=SHA256"
        );
        assert_eq!(
            uri("Steam", "b", Otp::Steam),
            "otpauth://steam/Steam:b?secret=GEZDGNBVGY3TQOJQ&issuer=Steam"
        );
    }
}
