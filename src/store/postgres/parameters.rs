//! The parameters behind the question mark of a URL.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::url::{PostgresUrlError, decoded, password, wrong};
use crate::domain::quoted;

/// Parameters of which each is taken once, so that an unknown one is left in the end.
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    pub(super) fn read(query: &str) -> Result<Self, PostgresUrlError> {
        let mut given = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if name == "password" {
                return Err(password());
            }
            if given.contains_key(&name) {
                return Err(wrong(format!("it names {} twice", quoted(&name))));
            }
            given.insert(name, value);
        }
        Ok(Self(given))
    }

    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// Returns what stands in front of the parameters, or else the parameter of this name.
    pub(super) fn either(&mut self, text: &str, name: &str) -> Result<String, PostgresUrlError> {
        match (decoded(text)?, self.take(name)) {
            (text, None) => Ok(text),
            (text, Some(value)) if text.is_empty() => Ok(value),
            _ => Err(wrong(format!("it names {} twice", quoted(name)))),
        }
    }

    /// Returns a file by its absolute path: the working directory is whatever the caller makes it.
    pub(super) fn file(&mut self, name: &str) -> Result<Option<PathBuf>, PostgresUrlError> {
        match self.take(name).map(PathBuf::from) {
            Some(path) if !path.is_absolute() => Err(wrong(format!("{name} is no absolute path"))),
            path => Ok(path),
        }
    }

    /// Reports whether a parameter has its other value, rather than the usual one or none.
    pub(super) fn is(
        &mut self,
        name: &str,
        usual: &str,
        other: &str,
    ) -> Result<bool, PostgresUrlError> {
        match self.take(name) {
            None => Ok(false),
            Some(value) if value == usual => Ok(false),
            Some(value) if value == other => Ok(true),
            Some(_) => Err(wrong(format!("{name} is {usual} or {other}"))),
        }
    }

    /// Fails if there is one that nobody took.
    pub(super) fn finish(self) -> Result<(), PostgresUrlError> {
        match self.0.keys().next() {
            Some(name) => Err(wrong(format!("it has an unknown parameter {}", quoted(name)))),
            None => Ok(()),
        }
    }
}
