//! The URIs in JSON of any other origin, in which `/` and `&` may be escaped.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::source::{Json, not_json};
use super::uris::Uris;
use super::{Ask, Contents, FormatError, Source, within};

/// The URIs in the strings that were visited.
#[derive(Default)]
struct Strings {
    uris: Uris,
    count: usize,
}

/// Reads the URIs in the strings of JSON of an unknown form.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    if matches!(source.json, Json::None) {
        return Ok(None);
    }
    let mut strings = Strings::default();
    let mut json = serde_json::Deserializer::from_str(source.text);
    strings.deserialize(&mut json).map_err(|error| not_json(&error))?;
    strings.uris.check_size()?;
    Ok(Some(strings.uris.finish()).filter(|contents| !contents.found.is_empty()))
}

impl<'de> DeserializeSeed<'de> for &mut Strings {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Strings {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        for uri in text.lines().flat_map(within::uris) {
            self.count += 1;
            self.uris.take(uri, &format!("URI {}", self.count));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        while array.next_element_seed(&mut *self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while object.next_key::<IgnoredAny>()?.is_some() {
            object.next_value_seed(&mut *self)?;
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
}
