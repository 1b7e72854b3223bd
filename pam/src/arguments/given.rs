//! The arguments as they are written.

use std::path::{Path, PathBuf};

use super::ArgumentError;

/// The arguments that have a value.
const VALUES: [&str; 10] = [
    "store=",
    "server=",
    "token_file=",
    "key_file=",
    "policy=",
    "app=",
    "prompt=",
    "echo=",
    "tries=",
    "first_pass=",
];

/// The arguments that have none.
const WORDS: [&str; 4] = ["nullok", "enrol", "push", "quiet"];

/// The arguments as they are written, each once.
pub struct Given<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Given<'a> {
    /// Reads the words of a line.
    pub fn new(words: &[&'a str]) -> Result<Self, ArgumentError> {
        let mut given = Self(Vec::new());
        for word in words {
            let (name, value) = split(word)?;
            if given.value(name).is_some() {
                return Err(ArgumentError::Twice(name));
            }
            given.0.push((name, value));
        }
        Ok(given)
    }

    /// Returns the value of an argument that is given.
    pub fn value(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(given, _)| *given == name).map(|(_, value)| *value)
    }

    /// Reports whether an argument is given.
    pub fn has(&self, word: &str) -> bool {
        self.value(word).is_some()
    }

    /// Refuses one argument beside any of these.
    pub fn expect_without(
        &self,
        name: &'static str,
        others: &[&'static str],
    ) -> Result<(), ArgumentError> {
        match others.iter().find(|other| self.has(name) && self.has(other)) {
            Some(other) => Err(ArgumentError::Exclusive(name, other)),
            None => Ok(()),
        }
    }

    /// Returns the absolute path of a file, where one is named.
    pub fn file(&self, name: &'static str) -> Result<Option<PathBuf>, ArgumentError> {
        let Some(text) = self.value(name) else { return Ok(None) };
        if Path::new(text).is_absolute() {
            return Ok(Some(text.into()));
        }
        Err(ArgumentError::Value { name, why: "the path is not absolute" })
    }
}

fn split(word: &str) -> Result<(&'static str, &str), ArgumentError> {
    if let Some(known) = WORDS.into_iter().find(|known| *known == word) {
        return Ok((known, ""));
    }
    let found = VALUES.into_iter().find_map(|known| Some((known, word.strip_prefix(known)?)));
    found.ok_or_else(|| {
        // A value may be a secret that was put in the wrong place.
        let name = word.split_once('=').map_or(word.to_owned(), |(name, _)| format!("{name}="));
        ArgumentError::Unknown(name)
    })
}
