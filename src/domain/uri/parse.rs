use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::after_issuer;
use super::parameters::Parameters;
use crate::domain::{
    AppName, Drift, Label, NameError, Otp, Secret, SecretError, TotpError, quoted,
};

/// The content of a provisioning URI, or of an entry in another app's export.
#[derive(Clone, Debug)]
pub struct Provisioned {
    /// The app's name in the source; a URI has none.
    pub app: Option<AppName>,
    /// The shared secret.
    pub secret: Secret,
    /// The issuer of the codes, if the URI states it.
    pub issuer: Option<Label>,
    /// The account, if the URI states it.
    pub account: Option<Label>,
    /// The kind of the codes and their parameters.
    pub otp: Otp,
    /// Whether the codes are those of a hardware token, whose clock may drift.
    pub is_hardware: bool,
    /// The serial number of a hardware token.
    pub serial: Option<Label>,
    /// The drift of that clock, where the source states one.
    pub drift: Drift,
}

/// The reasons why a text is not a provisioning URI of codes that mfa knows; its secret is never
/// repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UriError {
    /// Another scheme, or no URI at all.
    #[error("not an otpauth URI")]
    NotOtpauth,
    /// Codes of another kind than `totp`, `hotp` and `steam`.
    #[error("codes of the kind {} are not supported", quoted(.0))]
    Kind(String),
    /// A parameter that appears twice: readers differ on which of them counts.
    #[error("the parameter {} appears twice", quoted(.0))]
    Duplicate(&'static str),
    /// Codes by counter without a counter: any choice of it would open again what was used.
    #[error("the counter is missing, or no number below 2^64")]
    Counter,
    /// Bytes that are not UTF-8 once decoded.
    #[error("the URI is not UTF-8")]
    Encoding,
    /// No secret, or a bad one.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A parameter out of range.
    #[error(transparent)]
    Totp(#[from] TotpError),
    /// An issuer or account that cannot be one.
    #[error(transparent)]
    Label(#[from] NameError),
}

/// The parameters that count; others, such as pictures and colours, are ignored.
const KNOWN: [&str; 7] =
    ["secret", "issuer", "algorithm", "digits", "period", "counter", "encoder"];

/// The name of Valve's service, and of the encoder of its codes, which have letters: six digits for
/// it were never right.
pub(crate) const STEAM: &str = "Steam";

/// The rest of an `&` as pages write it: copied out of their source, each is `&amp;` or a number.
const ESCAPED_AMPERSAND: [&str; 4] = ["amp;", "#38;", "#038;", "#x26;"];

/// Reads a provisioning URI, as `pyotp` and phone apps write it, or Bitwarden's `steam://SECRET`.
///
/// The issuer parameter takes precedence over the one in the label, which is all that old apps
/// write; a difference is not an error. An empty parameter counts as absent. The label is split
/// after the issuer parameter, since either part may contain a `:`; without that parameter, at the
/// first `:` that is not encoded.
///
/// # Errors
/// [`UriError`] with what is wrong first.
pub fn parse_provisioning_uri(uri: &str) -> Result<Provisioned, UriError> {
    let uri = uri.trim();
    if let Some(secret) = strip_prefix_ignoring_case(uri, "steam://") {
        return Ok(Provisioned::unnamed(Secret::parse(secret.as_bytes())?, Otp::Steam));
    }
    let rest = strip_prefix_ignoring_case(uri, "otpauth://").ok_or(UriError::NotOtpauth)?;
    // Zoho writes no label, and no slash either.
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, label) = path.split_once('/').unwrap_or((path, ""));
    if kind.is_empty() {
        return Err(UriError::NotOtpauth);
    }
    let query = before_fragment(query);
    let [secret, issuer, algorithm, digits, period, counter, encoder] = parameters(query)?;

    let issuer = issuer.as_deref().map(|issuer| issuer.trim());
    let (prefix, account) = parties(label, issuer)?;
    let issuer = issuer.or(prefix.as_deref().map(str::trim));
    let is_name = |text: &str| text.eq_ignore_ascii_case(STEAM);
    // Stratum writes a parameter of that name, without a value.
    let has_sign = encoder.is_some_and(|name| is_name(&name)) || query.split('&').any(is_name);
    let is_steam = has_sign || issuer == Some(STEAM);
    let parameters = Parameters { algorithm, digits, period, counter };
    let otp = parameters.otp(kind, is_steam)?;
    let named =
        |label: Option<&str>| label.filter(|label| !label.is_empty()).map(str::parse).transpose();
    let secret = Secret::parse(secret.ok_or(SecretError::Empty)?.as_bytes())?;
    let (issuer, account) = (named(issuer)?, named(Some(account.trim()))?);
    Ok(Provisioned { issuer, account, ..Provisioned::unnamed(secret, otp) })
}

impl Provisioned {
    fn unnamed(secret: Secret, otp: Otp) -> Self {
        Self {
            app: None,
            secret,
            issuer: None,
            account: None,
            otp,
            is_hardware: false,
            serial: None,
            drift: Drift::default(),
        }
    }
}

/// Splits a label, still encoded, into the issuer, if it names one, and the account.
fn parties(label: &str, issuer: Option<&str>) -> Result<(Option<String>, String), UriError> {
    let whole = decoded(label)?;
    if let Some(account) = issuer.and_then(|issuer| after_issuer(&whole, issuer)) {
        return Ok((None, account.into()));
    }
    if let Some((issuer, account)) = label.split_once(':') {
        return Ok((Some(decoded(issuer)?.to_string()), decoded(account)?.to_string()));
    }
    Ok(match whole.split_once(':') {
        // Some apps encode the separating `:` as well.
        Some((prefix, account)) if issuer.is_none() => (Some(prefix.into()), account.into()),
        _ => (None, whole.to_string()),
    })
}

/// Cuts a query where a fragment begins; the `#` of an escaped `&` begins none.
fn before_fragment(query: &str) -> &str {
    let mut marks = query.match_indices('#').map(|(at, _)| query.split_at(at).0);
    marks.find(|before| !before.ends_with('&')).unwrap_or(query)
}

/// Finds the values of the known parameters, in their order; in a query `+` is a space.
fn parameters(query: &str) -> Result<[Option<Zeroizing<String>>; KNOWN.len()], UriError> {
    let mut found = [const { None }; KNOWN.len()];
    for pair in query.split('&') {
        let unescaped = |rest: &&str| strip_prefix_ignoring_case(pair, rest);
        let pair = ESCAPED_AMPERSAND.iter().find_map(unescaped).unwrap_or(pair);
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let known =
            KNOWN.iter().zip(&mut found).find(|(known, _)| known.eq_ignore_ascii_case(name));
        if let Some((known, place)) = known {
            if place.is_some() {
                return Err(UriError::Duplicate(known));
            }
            *place = Some(decoded(&Zeroizing::new(value.replace('+', " ")))?);
        }
    }
    Ok(found.map(|value| value.filter(|value| !value.trim().is_empty())))
}

fn decoded(text: &str) -> Result<Zeroizing<String>, UriError> {
    let bytes = Zeroizing::new(percent_decode_str(text).collect::<Vec<u8>>());
    std::str::from_utf8(&bytes)
        .map(|text| Zeroizing::new(text.into()))
        .map_err(|_| UriError::Encoding)
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Hotp, Totp};

    fn parsed(uri: &str) -> (Option<String>, Option<String>, String) {
        let p = parse_provisioning_uri(uri).unwrap();
        let text = |label: Option<Label>| label.map(|label| label.as_str().to_owned());
        let Otp::Totp(Totp { algorithm, digits, period }) = p.otp else { panic!("{:?}", p.otp) };
        (
            text(p.issuer),
            text(p.account),
            format!("{algorithm} {digits} {period} {}", *p.secret.expose_base32()),
        )
    }

    #[test]
    fn issuer_and_account_are_found_wherever_apps_write_them() {
        let plain = "SHA1 6 30 GEZDGNBVGY3TQOJQ".to_owned();
        for (uri, issuer, account) in [
            (
                "otpauth://totp/A%20B:c%40d?secret=GEZDGNBVGY3TQOJQ&issuer=A%20B",
                Some("A B"),
                Some("c@d"),
            ),
            ("otpauth://totp/A%3A%20c+d?secret=gezdgnbvgy3tqojq", Some("A"), Some("c+d")),
            (
                "OTPAUTH://TOTP/c?secret=GEZDGNBVGY3TQOJQ&issuer=A+B&image=x&image=y",
                Some("A B"),
                Some("c"),
            ),
            ("otpauth://totp/X:c?Secret=GEZD+GNBV+GY3T+QOJQ&issuer=A#f", Some("A"), Some("c")),
            ("otpauth://totp/?secret=GEZDGNBVGY3TQOJQ", None, None),
            ("otpauth://totp?secret=GEZDGNBVGY3TQOJQ", None, None),
            (
                "otpauth://totp/A:c?secret=GEZD-GNBV-GY3T-QOJQ&issuer=&digits=&period=&algorithm=",
                Some("A"),
                Some("c"),
            ),
            (
                "otpauth://totp/c?secret=GEZDGNBVGY3TQOJQ&amp;issuer=A&amp;algorithm=HmacSHA1",
                Some("A"),
                Some("c"),
            ),
        ] {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            assert_eq!(parsed(uri), (owned(issuer), owned(account), plain.clone()), "{uri}");
        }
        let (.., totp) =
            parsed("otpauth://totp/c?digits=8&period=60&algorithm=sha512&secret=GEZDGNBVGY3TQOJQ");
        assert_eq!(totp, "SHA512 8 60 GEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn an_ampersand_that_a_page_escapes_costs_no_parameter() {
        let uri = "otpauth://totp/c?secret=GEZDGNBVGY3TQOJQ&issuer=A&digits=8&period=60";
        for ampersand in ["&amp;", "&#38;", "&#038;", "&#x26;", "&#X26;"] {
            let uri = uri.replace('&', ampersand);
            let (issuer, _, totp) = parsed(&format!("{uri}#f{ampersand}digits=6"));
            let expected = (Some("A"), "SHA1 8 60 GEZDGNBVGY3TQOJQ");
            assert_eq!((issuer.as_deref(), &*totp), expected, "{uri}");
        }
    }

    #[test]
    fn the_issuer_parameter_says_where_a_label_parts() {
        for (label, issuer, expected) in [
            ("Teleport:alice@host:3080", "Teleport", ("Teleport", "alice@host:3080")),
            ("Teleport:alice%40host%3A3080", "Teleport", ("Teleport", "alice@host:3080")),
            ("https%3A%2F%2Fcorp:me", "https%3A%2F%2Fcorp", ("https://corp", "me")),
            ("https://corp:me", "https://corp", ("https://corp", "me")),
            ("https%3A%2F%2Fcorp%3A%20me", "https://corp", ("https://corp", "me")),
            ("https%3A%2F%2Fcorp:me", "", ("https://corp", "me")),
            ("a:b:c", "", ("a", "b:c")),
            ("a%3Ab%3Ac", "", ("a", "b:c")),
            ("host%3A3080", "Corp", ("Corp", "host:3080")),
            ("Corp:Corp%3Ame", "Corp", ("Corp", "Corp:me")),
        ] {
            let uri = format!("otpauth://totp/{label}?secret=GEZDGNBVGY3TQOJQ&issuer={issuer}");
            let (issuer, account, _) = parsed(&uri);
            assert_eq!((&*issuer.unwrap(), &*account.unwrap()), expected, "{uri}");
        }
    }

    #[test]
    fn an_algorithm_is_known_by_the_names_that_apps_give_it() {
        for (text, name) in [
            ("sha1", "SHA1"),
            ("Algorithm.sha1", "SHA1"),
            ("SHA-256", "SHA256"),
            ("HmacSHA512", "SHA512"),
        ] {
            let uri = format!("otpauth://totp/c?secret=GEZDGNBVGY3TQOJQ&algorithm={text}");
            assert_eq!(parsed(&uri).2, format!("{name} 6 30 GEZDGNBVGY3TQOJQ"));
        }
    }

    #[test]
    fn codes_by_counter_begin_at_the_counter_of_their_uri_and_need_one() {
        let uri = |rest: &str| format!("otpauth://hotp/A:b?secret=GEZDGNBVGY3TQOJQ{rest}");
        for (rest, counter) in [
            ("&counter=0", 0),
            ("&counter=10&period=30&issuer=Steam", 10),
            ("&COUNTER=%2018446744073709551615", u64::MAX),
        ] {
            let otp = parse_provisioning_uri(&uri(rest)).unwrap().otp;
            assert_eq!(otp, Hotp { counter, ..Hotp::default() }.into(), "{rest}");
        }
        for counter in
            ["", "&counter=", "&counter=-1", "&counter=1.5", "&counter=18446744073709551616"]
        {
            let error = parse_provisioning_uri(&uri(counter)).unwrap_err();
            assert_eq!(
                error.to_string(),
                "the counter is missing, or no number below 2^64",
                "{counter}"
            );
        }
    }

    #[test]
    fn steam_is_known_by_its_scheme_its_kind_its_name_its_encoder_or_its_flag() {
        let secret = "secret=GEZDGNBVGY3TQOJQ";
        for (uri, issuer, account) in [
            ("steam://GEZDGNBVGY3TQOJQ".into(), None, None),
            ("STEAM://gezd-gnbv-gy3t-qojq".into(), None, None),
            (format!("otpauth://steam/me?{secret}&digits=5"), None, Some("me")),
            (format!("otpauth://totp/Steam:me?{secret}"), Some("Steam"), Some("me")),
            (
                format!("otpauth://totp/me?{secret}&issuer=Steam&digits=5"),
                Some("Steam"),
                Some("me"),
            ),
            (format!("otpauth://totp/A:me?{secret}&encoder=steam&digits=5"), Some("A"), Some("me")),
            (format!("otpauth://totp/A:me?{secret}&issuer=A&steam"), Some("A"), Some("me")),
        ] {
            let Provisioned { issuer: of, account: by, secret, otp, .. } =
                parse_provisioning_uri(&uri).unwrap();
            let found = [&of, &by].map(|label| label.as_ref().map(Label::as_str));
            assert_eq!((found, otp), ([issuer, account], Otp::Steam), "{uri}");
            assert_eq!(*secret.expose_base32(), "GEZDGNBVGY3TQOJQ");
        }
        for other in ["issuer=Steamy", "issuer=A&encoder=x", "issuer=A&steam=0"] {
            let uri = format!("otpauth://totp/Steamy:me?{secret}&{other}");
            assert_eq!(parse_provisioning_uri(&uri).unwrap().otp, Totp::default().into(), "{uri}");
        }
    }

    #[test]
    fn what_is_no_such_uri_is_refused_with_its_reason() {
        for (uri, message) in [
            ("", "not an otpauth URI"),
            ("https://example.com", "not an otpauth URI"),
            ("otpauth://totp", "the secret is empty"),
            ("otpauth://", "not an otpauth URI"),
            (
                "otpauth://motp/a?secret=GEZDGNBVGY3TQOJQ",
                "codes of the kind 'motp' are not supported",
            ),
            ("steam://", "the secret is empty"),
            ("steam://run/440", "the secret is not base32"),
            ("otpauth://totp/a", "the secret is empty"),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJ", "the secret has 72 bits, fewer than 80"),
            ("otpauth://totp/a?secret=A&secret=B", "the parameter 'secret' appears twice"),
            ("otpauth://totp/a?issuer=A&issuer=A", "the parameter 'issuer' appears twice"),
            ("otpauth://totp/%ff?secret=GEZDGNBVGY3TQOJQ", "the URI is not UTF-8"),
            ("otpauth://totp/a:%07?secret=GEZDGNBVGY3TQOJQ", r"'\u{7}' holds a control character"),
            (
                "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&digits=9",
                "the number of digits is '9', not 6, 7 or 8",
            ),
            (
                "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&period=0",
                "the period is '0', not 5 to 300 seconds",
            ),
        ] {
            assert_eq!(parse_provisioning_uri(uri).unwrap_err().to_string(), message, "{uri}");
        }
    }
}
