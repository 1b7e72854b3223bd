use std::ops::RangeInclusive;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, any, counter, each};
use super::source::Json;
use super::{Ask, Contents, FormatError, Source};
use crate::transfer::crypto::{Key as CipherKey, gcm, kdf};

/// The length of the salt in an encrypted backup, in bytes.
const SALT: usize = 12;

/// The range from which the app draws the number of iterations (`Constants.java` of its source).
///
/// The number comes first in a file, and so identifies the format.
const ITERATIONS: RangeInclusive<u32> = 140_000..=160_000;

#[derive(Deserialize)]
struct Entry {
    secret: Zeroizing<String>,
    #[serde(rename = "type")]
    kind: String,
    issuer: Option<String>,
    label: Option<String>,
    algorithm: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    #[serde(default, deserialize_with = "counter")]
    counter: Option<u64>,
}

/// Reads a plain andOTP backup, which is a bare list.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let Json::Array(array) = &source.json else { return Ok(None) };
    any(array, |_: &Entry| true).then(|| entries(array)).transpose()
}

/// Reads an encrypted andOTP backup that is recognisable as such.
pub(super) fn read_encrypted(
    source: &Source<'_>,
    ask: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    let iterations = source.bytes.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    let whole = source.bytes.len() >= 4 + SALT + gcm::NONCE + gcm::TAG + 2;
    if !whole || !iterations.is_some_and(|iterations| ITERATIONS.contains(&iterations)) {
        return Ok(None);
    }
    read_unsigned(source.bytes, ask).map(Some)
}

/// Reads what may be an encrypted andOTP backup; only the password can prove it.
pub(super) fn read_unsigned(bytes: &[u8], ask: &mut Ask<'_>) -> Result<Contents, FormatError> {
    let plain = opened(bytes, &ask().map_err(FormatError::Password)?)?;
    let text = str::from_utf8(&plain).map_err(|_| FormatError::damaged("it is not UTF-8"))?;
    let Json::Array(array) = Json::parse(text)? else {
        return Err(FormatError::damaged("it holds no list"));
    };
    entries(&array)
}

/// Tries the format of newer versions (iterations, salt, nonce, ciphertext), then that of older
/// ones (nonce and ciphertext, with the password's hash as the key).
fn opened(bytes: &[u8], password: &str) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    if let Some((iterations, rest)) = bytes.split_first_chunk::<4>()
        && let Some((salt, rest)) = rest.split_first_chunk::<SALT>()
        && let Some((nonce, sealed)) = rest.split_first_chunk::<{ gcm::NONCE }>()
        && let iterations = u32::from_be_bytes(*iterations).into()
        && let Ok(key) = kdf::pbkdf2(kdf::Hash::Sha1, password, salt, iterations)
        && let Some(plain) = gcm::open(&*key, nonce, sealed, b"")
    {
        return Ok(plain);
    }
    let key: CipherKey = Zeroizing::new(Sha256::digest(password).into());
    let (nonce, sealed) =
        bytes.split_first_chunk::<{ gcm::NONCE }>().ok_or(FormatError::WrongPassword)?;
    gcm::open(&*key, nonce, sealed, b"").ok_or(FormatError::WrongPassword)
}

fn entries(array: &[&RawValue]) -> Result<Contents, FormatError> {
    each(array, |entry: Entry, number| Some(entry.raw().found(number)))
}

impl Entry {
    /// Returns the entry; before issuers had a member of their own, the label was `issuer -
    /// account`.
    fn raw(&self) -> RawEntry<'_> {
        let label = self.label.as_deref().unwrap_or_default();
        let (issuer, account) = match self.issuer.as_deref() {
            Some(issuer) => (issuer, label),
            None => label.split_once(" - ").unwrap_or(("", label)),
        };
        RawEntry {
            kind: &self.kind,
            secret: Key::Base32(&self.secret),
            issuer,
            account,
            algorithm: self.algorithm.as_deref().unwrap_or_default(),
            digits: self.digits,
            period: self.period,
            counter: self.counter,
        }
    }
}
