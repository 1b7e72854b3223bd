use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, any, counter, each};
use super::source::Json;
use super::uris;
use super::{Ask, Contents, FormatError, Source};

/// An element of cotp's own database (`otp_element.rs` of its source).
#[derive(Deserialize)]
struct Element {
    secret: Zeroizing<String>,
    issuer: Option<String>,
    label: Option<String>,
    digits: Option<u64>,
    #[serde(rename = "type")]
    kind: String,
    algorithm: Option<String>,
    period: Option<u64>,
    #[serde(default, deserialize_with = "counter")]
    counter: Option<u64>,
}

/// Reads what cotp exports: its database, or a list of URIs, bare or named `items`.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    match &source.json {
        Json::Array(array) => list(array),
        Json::Object(export) => match export.get::<Vec<&RawValue>>("elements") {
            Ok(elements) if any(&elements, |_: &Element| true) => {
                each(&elements, |element: Element, number| Some(element.raw().found(number)))
                    .map(Some)
            }
            _ => list(&export.get::<Vec<&RawValue>>("items").unwrap_or_default()),
        },
        Json::None => Ok(None),
    }
}

fn list(items: &[&RawValue]) -> Result<Option<Contents>, FormatError> {
    if !any(items, |text: &Zeroizing<String>| uris::is(text)) {
        return Ok(None);
    }
    each(items, |uri: Zeroizing<String>, number| {
        Some(uris::entry(uri.trim(), &format!("entry {number}")))
    })
    .map(Some)
}

impl Element {
    fn raw(&self) -> RawEntry<'_> {
        RawEntry {
            kind: &self.kind,
            secret: Key::Base32(&self.secret),
            issuer: self.issuer.as_deref().unwrap_or_default(),
            account: self.label.as_deref().unwrap_or_default(),
            algorithm: self.algorithm.as_deref().unwrap_or_default(),
            digits: self.digits,
            period: self.period,
            counter: self.counter,
        }
    }
}
