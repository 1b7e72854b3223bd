use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, any, counter, each};
use super::source::Json;
use super::{Ask, Contents, FormatError, Source};

#[derive(Deserialize)]
struct Entry {
    secret: Zeroizing<String>,
    kind: String,
    issuer: Option<String>,
    account: Option<String>,
    algorithm: Option<String>,
    #[serde(deserialize_with = "number")]
    digits: u64,
    #[serde(deserialize_with = "number")]
    timer: u64,
    #[serde(default, deserialize_with = "counter")]
    counter: Option<u64>,
}

/// Reads the JSON within an export of Raivo OTP, a bare list.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let Json::Array(array) = &source.json else { return Ok(None) };
    if !any(array, |_: &Entry| true) {
        return Ok(None);
    }
    each(array, |entry: Entry, number| Some(entry.raw().found(number))).map(Some)
}

/// Reads a number, which the app writes as a text.
fn number<'a, D: Deserializer<'a>>(text: D) -> Result<u64, D::Error> {
    String::deserialize(text)?.parse().map_err(serde::de::Error::custom)
}

impl Entry {
    fn raw(&self) -> RawEntry<'_> {
        RawEntry {
            kind: &self.kind,
            secret: Key::Base32(&self.secret),
            issuer: self.issuer.as_deref().unwrap_or_default(),
            account: self.account.as_deref().unwrap_or_default(),
            algorithm: self.algorithm.as_deref().unwrap_or_default(),
            digits: Some(self.digits),
            period: Some(self.timer),
            counter: self.counter,
        }
    }
}
