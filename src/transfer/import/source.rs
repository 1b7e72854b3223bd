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
    /// The fault of a text that begins with a bracket and is not JSON, but may be prose.
    pub not_json: Option<FormatError>,
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
        match Json::parse(text) {
            Ok(json) => Ok(Self { bytes, text, json, not_json: None }),
            Err(fault) if begins_like_an_export(text) => Err(fault.in_format("JSON")),
            Err(fault) => Ok(Self { bytes, text, json: Json::None, not_json: Some(fault) }),
        }
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

/// Reports whether a text begins with a member or an element that apps write.
///
/// Such a file is damaged where it is not JSON: the URIs in it may be a part of its entries.
fn begins_like_an_export(text: &str) -> bool {
    let mut signs = text.chars().filter(|c| !c.is_whitespace());
    matches!((signs.next(), signs.next()), (Some('{'), Some('"')) | (Some('['), Some('{' | '"')))
}

/// Parses a text.
fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, FormatError> {
    serde_json::from_str(text).map_err(|error| not_json(&error))
}

/// Turns an error of serde into one that states only the position, since serde's own repeat the
/// value.
pub(super) fn not_json(error: &serde_json::Error) -> FormatError {
    FormatError::Damaged(format!("not JSON at line {} column {}", error.line(), error.column()))
}
