//! Values that may be secrets: in the configuration itself, or in a file that it names.

use std::borrow::Cow;
use std::path::Path;
use std::str;

use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use super::Base;
use super::error::Mistake;
use super::section::{Found, Section};
use crate::domain::quoted;
use crate::send::template::{Template, knows_places};
use crate::store::StoreError;
use crate::store::trusted_file::{Readers, read_trusted, unreadable};

impl<'i> Section<'i> {
    /// Takes all that is left out: names, and values that are texts with some of these places, or
    /// secrets in files.
    pub(super) fn templates<N>(
        mut self,
        base: Base<'_>,
        places: &[&str],
        name: impl Fn(String) -> Result<N, &'static str>,
    ) -> Result<Vec<(N, Template)>, Mistake> {
        let mut templates = Vec::new();
        for (key, Found { at, it }) in self.rest() {
            let template = match it {
                DeValue::String(text) => {
                    Template::Filled(secret(at, text).parse(|text| with_places(text, places))?)
                }
                DeValue::Table(table) => {
                    Template::Literal(self.in_file(&key.it, Found { at, it: table }, base)?)
                }
                _ => return Err(self.not_secret(at, &key.it)),
            };
            templates.push((key.parse(&name)?, template));
        }
        Ok(templates)
    }

    /// Takes out a secret, which has no places.
    pub(super) fn secret(
        &mut self,
        key: &str,
        base: Base<'_>,
    ) -> Result<Found<Zeroizing<String>>, Mistake> {
        let Some(Found { at, it }) = self.any(key) else { return Err(self.lacks(&quoted(key))) };
        let it = match it {
            DeValue::String(text) => secret(at, text).parse(printable)?,
            DeValue::Table(it) => self.in_file(key, Found { at, it }, base)?,
            _ => return Err(self.not_secret(at, key)),
        };
        Ok(Found { at, it })
    }

    /// Reads the secret in the file that `{ file = "…" }` names.
    fn in_file(
        &self,
        key: &str,
        table: Found<DeTable<'i>>,
        base: Base<'_>,
    ) -> Result<Zeroizing<String>, Mistake> {
        let mut table = self.inner(key, table.at, table.it);
        let Found { at, it: file } = table.needed("file")?;
        table.finish()?;
        base.secret(&base.folder.join(file)).map_err(|error| Mistake::secret(at, error))
    }

    fn not_secret(&self, at: usize, key: &str) -> Mistake {
        self.wrong(at, key, "a text or { file = \"…\" }")
    }
}

impl Base<'_> {
    /// Reads the file of a secret without the line end after it.
    fn secret(self, path: &Path) -> Result<Zeroizing<String>, StoreError> {
        let bytes = read_trusted(path, Readers::Owner)?;
        self.expect_guarded(path)?;
        let damaged = |why: &str| StoreError::Damaged { place: path.into(), why: why.into() };
        let text = str::from_utf8(&bytes).map_err(|_| damaged("it is not UTF-8"))?;
        let line = text.strip_suffix('\n').unwrap_or(text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        printable(Zeroizing::new(line.to_owned())).map_err(damaged)
    }

    /// Fails for a file in the store where a key guards it: whoever can write to the store could put
    /// the secret of an account of theirs there, and read in that account what is sent.
    fn expect_guarded(self, path: &Path) -> Result<(), StoreError> {
        let whole = |path: &Path| path.canonicalize().map_err(|error| unreadable(path, error));
        if self.believes_plain || !whole(path)?.starts_with(whole(self.folder)?) {
            return Ok(());
        }
        let why = "is in the store: with a key, whoever can write to the store could put another secret there";
        Err(StoreError::Unsafe { place: path.into(), why, fix: None })
    }
}

fn secret(at: usize, text: Cow<'_, str>) -> Found<Zeroizing<String>> {
    Found { at, it: Zeroizing::new(text.into_owned()) }
}

fn printable(value: Zeroizing<String>) -> Result<Zeroizing<String>, &'static str> {
    match () {
        () if value.is_empty() => Err("the value is empty"),
        () if value.contains(char::is_control) => Err("the value has a control character in it"),
        () => Ok(value),
    }
}

fn with_places(value: Zeroizing<String>, places: &[&str]) -> Result<Zeroizing<String>, String> {
    match () {
        () if value.is_empty() => Ok(value),
        () if !knows_places(&value, places) => Err(format!(
            "the value has a placeholder other than {}: what is to be sent as it stands goes into a file",
            listed(places)
        )),
        () => Ok(printable(value)?),
    }
}

/// Returns the places as a sentence lists them.
fn listed(places: &[&str]) -> String {
    match places {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        places => places.concat(),
    }
}
