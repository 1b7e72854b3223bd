use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{FormatError, ImportError};

/// A file, in all the views by which a format may recognise it.
pub(super) struct Source<'a> {
    pub bytes: &'a [u8],
    /// The whole file if it is UTF-8 without NUL, else empty.
    pub text: &'a str,
    pub json: Json<'a>,
}

/// JSON that is split up one level deep and not copied.
pub(super) enum Json<'a> {
    None,
    Object(Members<'a>),
    Array(Vec<&'a RawValue>),
}

/// The members of a JSON object.
pub(super) struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let text = str::from_utf8(bytes).unwrap_or_default();
        let text = if text.contains('\0') { "" } else { text };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let json = Json::parse(text).map_err(|fault| fault.in_format("JSON"))?;
        Ok(Self { bytes, text, json })
    }

    pub(super) fn members(&self) -> Option<&Members<'a>> {
        if let Json::Object(members) = &self.json { Some(members) } else { None }
    }
}

impl<'a> Json<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, FormatError> {
        match text.trim_start().bytes().next() {
            Some(b'{') => Ok(Self::Object(Members(parse(text)?))),
            Some(b'[') => Ok(Self::Array(parse(text)?)),
            _ => Ok(Self::None),
        }
    }
}

impl<'a> Members<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, FormatError> {
        Ok(Self(parse(text)?))
    }

    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.0.contains_key(*name))
    }

    /// Returns the values of all members but some.
    pub(super) fn values_but(&self, names: &[&str]) -> impl Iterator<Item = &'a RawValue> {
        let others = self.0.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        others.map(|(_, value)| *value)
    }

    /// Reads one member; one that is absent reads as `null`.
    pub(super) fn get<T: Deserialize<'a>>(&self, name: &str) -> Result<T, FormatError> {
        let text = self.0.get(name).map_or("null", |raw| raw.get());
        serde_json::from_str(text).map_err(|_| {
            FormatError::Damaged(format!("{name} is missing or not what it should be"))
        })
    }
}

/// Parses a text, with errors that state only the position, since serde's own repeat the value.
fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, FormatError> {
    serde_json::from_str(text).map_err(|error| {
        FormatError::Damaged(format!("not JSON at line {} column {}", error.line(), error.column()))
    })
}
