use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// The heading of a part whose keys stand below it without indentation.
pub(super) struct Heading;

impl<'de> Deserialize<'de> for Heading {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // As any kind, so that a missing one is missed.
        from.deserialize_any(Empty)
    }
}

struct Empty;

impl Visitor<'_> for Empty {
    type Value = Heading;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing: either both parts are indented, or neither")
    }

    fn visit_unit<E: Error>(self) -> Result<Heading, E> {
        Ok(Heading)
    }

    fn visit_none<E: Error>(self) -> Result<Heading, E> {
        Ok(Heading)
    }
}
