use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{Contents, FormatError, Found, MAX_ENTRIES};
use crate::domain::{
    Algorithm, Digits, Drift, Hotp, Label, Otp, Period, Provisioned, STEAM, Secret, SecretError,
    Totp, TotpError, UriError, after_issuer, quoted,
};

/// The limit on text that a report repeats from a file, in characters.
const MAX_TEXT: usize = 100;

/// An entry as an app wrote it, before anything in it is trusted.
#[derive(Default)]
pub(super) struct RawEntry<'a> {
    /// `totp`, `hotp`, `steam` …, in either case; empty means `totp`.
    pub kind: &'a str,
    pub secret: Key<'a>,
    pub issuer: &'a str,
    pub account: &'a str,
    /// The hash; empty means SHA1.
    pub algorithm: &'a str,
    pub digits: Option<u64>,
    pub period: Option<u64>,
    /// The counter of the code that the app shows, or will show next, for `hotp`.
    pub counter: Option<u64>,
}

/// A secret as an app wrote it.
#[derive(Default)]
pub(super) enum Key<'a> {
    #[default]
    None,
    Base32(&'a str),
    Bytes(&'a [u8]),
}

/// Returns the reason why codes of this kind are left out.
pub(super) fn unsupported(kind: &str) -> String {
    format!("codes of the kind {} are not supported", quoted(kind))
}

/// Reads each element of a JSON array on its own, so that a bad one does not stop the others.
///
/// # Errors
/// [`FormatError::TooMany`] for more entries than the limit.
pub(super) fn each<'a, T: Deserialize<'a>>(
    array: &[&'a RawValue],
    mut entry: impl FnMut(T, usize) -> Option<Found>,
) -> Result<Contents, FormatError> {
    if array.len() > MAX_ENTRIES {
        return Err(FormatError::TooMany);
    }
    let elements = array.iter().enumerate();
    let found = elements.filter_map(|(index, raw)| one(raw.get(), index + 1, &mut entry)).collect();
    Ok(Contents { found, ..Contents::default() })
}

/// Reports whether any element is one of these: a sign of the format that it comes from. What is
/// beyond the limit on entries is not looked at.
pub(super) fn any<'a, T: Deserialize<'a>>(
    array: &[&'a RawValue],
    is_sign: impl Fn(&T) -> bool,
) -> bool {
    let elements = array.iter().take(MAX_ENTRIES);
    let mut read = elements.filter_map(|raw| serde_json::from_str(raw.get()).ok());
    read.any(|element| is_sign(&element))
}

/// Reads an entry that is JSON.
pub(super) fn one<'a, T: Deserialize<'a>>(
    json: &'a str,
    number: usize,
    entry: impl FnOnce(T, usize) -> Option<Found>,
) -> Option<Found> {
    match serde_json::from_str(json) {
        Ok(fields) => entry(fields, number),
        Err(_) => Some(Found::Refused {
            what: format!("entry {number}"),
            why: "its fields are not what they should be".into(),
        }),
    }
}

/// Reads a counter, written as a number or as text.
///
/// Anything else reads as `None`, since it must not cost an entry whose codes go by the clock.
pub(super) fn counter<'a, D: Deserializer<'a>>(json: D) -> Result<Option<u64>, D::Error> {
    let value = <&RawValue>::deserialize(json)?;
    Ok(value.get().trim_matches(['"', ' ']).parse().ok())
}

/// Returns the first text that is not empty.
pub(super) fn first<const N: usize>(texts: [&Option<String>; N]) -> &str {
    let mut texts = texts.into_iter().filter_map(|text| text.as_deref());
    texts.find(|text| !text.trim().is_empty()).unwrap_or_default()
}

/// Returns the name of an entry for a report.
pub(super) fn name(issuer: &str, account: &str, number: usize) -> String {
    let name = match (issuer.trim(), account.trim()) {
        ("", "") => return format!("entry {number}"),
        ("", name) | (name, "") => name.to_owned(),
        (issuer, account) => format!("{issuer}:{account}"),
    };
    shortened(&name).into()
}

/// Shortens a text that is only shown: a file may contain megabytes of it, and escaping makes it
/// longer.
pub(super) fn shortened(text: &str) -> &str {
    text.char_indices().nth(MAX_TEXT).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

impl RawEntry<'_> {
    /// Validates the entry; `number` names one that has no other name.
    pub(super) fn found(&self, number: usize) -> Found {
        let (issuer, account) = self.parties();
        let what = name(issuer, account, number);
        let otp = match self.otp(issuer) {
            Ok(otp) => otp,
            Err(UriError::Kind(kind)) => return Found::Skipped { what, why: unsupported(&kind) },
            Err(error) => return Found::Refused { what, why: error.to_string() },
        };
        match self.secret.read() {
            Ok(secret) => Found::Entry(Provisioned {
                app: None,
                secret,
                issuer: repaired(issuer),
                account: repaired(account),
                otp,
                is_hardware: false,
                serial: None,
                drift: Drift::default(),
            }),
            Err(error) => Found::Refused { what, why: error.to_string() },
        }
    }

    /// Splits an account that still has the issuer before it, as URIs' labels do.
    fn parties(&self) -> (&str, &str) {
        let unparted = (self.issuer, self.account);
        if self.issuer.trim().is_empty() {
            return self.account.split_once(':').unwrap_or(unparted);
        }
        after_issuer(self.account, self.issuer).map_or(unparted, |account| (self.issuer, account))
    }

    fn otp(&self, issuer: &str) -> Result<Otp, UriError> {
        match self.kind.to_ascii_lowercase().as_str() {
            // Digits for it were never right, and some apps have no kind of their own for it.
            "" | "totp" if issuer.trim() == STEAM => Ok(Otp::Steam),
            "" | "totp" => Ok(self.totp()?.into()),
            "hotp" => {
                // It may have a period all the same, which means nothing.
                let (algorithm, digits) = (self.algorithm()?, self.digits()?);
                let counter = self.counter.ok_or(UriError::Counter)?;
                Ok(Hotp { algorithm, digits, counter, types_identifier: false }.into())
            }
            "steam" => Ok(Otp::Steam),
            _ => Err(UriError::Kind(shortened(self.kind).into())),
        }
    }

    fn totp(&self) -> Result<Totp, TotpError> {
        let period = self.period.map_or(Ok(Period::default()), Period::try_from)?;
        Ok(Totp { algorithm: self.algorithm()?, digits: self.digits()?, period })
    }

    fn algorithm(&self) -> Result<Algorithm, TotpError> {
        let written = shortened(self.algorithm);
        if written.is_empty() { Ok(Algorithm::default()) } else { written.parse() }
    }

    fn digits(&self) -> Result<Digits, TotpError> {
        self.digits.map_or(Ok(Digits::default()), Digits::try_from)
    }
}

impl Key<'_> {
    pub(super) fn read(&self) -> Result<Secret, SecretError> {
        match self {
            Self::None => Err(SecretError::Empty),
            Self::Bytes(bytes) => Secret::from_bytes(bytes),
            Self::Base32(text) => {
                let mut plain = Zeroizing::new(String::with_capacity(text.len()));
                plain.extend(text.chars().filter(|c| *c != '-' && !c.is_whitespace()));
                Secret::parse(plain.as_bytes())
            }
        }
    }
}

/// Turns any text into a label: control characters show nothing, and are left out.
pub(super) fn repaired(text: &str) -> Option<Label> {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    text.trim().parse().ok()
}
