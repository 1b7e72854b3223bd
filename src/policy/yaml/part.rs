use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// The heading of a part whose keys stand below it without indentation.
pub(super) struct Heading;

impl<'de> Deserialize<'de> for Heading {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_option(Empty)
    }
}

struct Empty;

impl<'de> Visitor<'de> for Empty {
    type Value = Heading;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing")
    }

    fn visit_none<E: Error>(self) -> Result<Heading, E> {
        Ok(Heading)
    }

    fn visit_unit<E: Error>(self) -> Result<Heading, E> {
        Ok(Heading)
    }

    fn visit_some<D: Deserializer<'de>>(self, _: D) -> Result<Heading, D::Error> {
        Err(D::Error::custom("either both parts are indented, or neither"))
    }
}
