use std::fmt::Display;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Mistake;
use crate::domain::{escaped, quoted};

/// A table whose keys are taken one by one; one that nobody takes is unknown.
pub(super) struct Section<'i> {
    /// Its name in brackets, or nothing for the whole file.
    name: String,
    at: usize,
    entries: DeTable<'i>,
}

/// Something and the byte of the text where it is.
pub(super) struct Found<T> {
    pub(super) at: usize,
    pub(super) it: T,
}

impl<T> Found<T> {
    /// Makes something else of it, or says what is wrong with it.
    pub(super) fn parse<U, E: Into<String>>(
        self,
        parse: impl FnOnce(T) -> Result<U, E>,
    ) -> Result<U, Mistake> {
        parse(self.it).map_err(|why| Mistake::new(self.at, why))
    }
}

impl Found<String> {
    /// Reads what the text of a key says.
    pub(super) fn parsed<T: FromStr<Err: Display>>(self, key: &str) -> Result<T, Mistake> {
        self.parse(|text| text.parse().map_err(|why| format!("{}: {why}", quoted(key))))
    }
}

impl<T> From<Spanned<T>> for Found<T> {
    fn from(spanned: Spanned<T>) -> Self {
        Self { at: spanned.span().start, it: spanned.into_inner() }
    }
}

impl<'i> Section<'i> {
    /// Returns the whole file.
    pub(super) fn top(table: Spanned<DeTable<'i>>) -> Self {
        Self { name: String::new(), at: 0, entries: table.into_inner() }
    }

    /// Takes out a value of any kind.
    pub(super) fn any(&mut self, key: &str) -> Option<Found<DeValue<'i>>> {
        self.entries.remove(key).map(Found::from)
    }

    /// Takes out a table.
    pub(super) fn section(&mut self, key: &str) -> Result<Option<Self>, Mistake> {
        let Some((name, value)) = self.entries.remove_entry(key) else { return Ok(None) };
        match Found::from(value) {
            Found { it: DeValue::Table(entries), .. } => {
                Ok(Some(self.inner(key, name.span().start, entries)))
            }
            Found { at, .. } => Err(self.wrong(at, key, "a table")),
        }
    }

    /// Returns a table in this one.
    pub(super) fn inner(&self, key: &str, at: usize, entries: DeTable<'i>) -> Self {
        let outer = self.name.trim_matches(['[', ']']);
        let joint = if outer.is_empty() { "" } else { "." };
        Self { name: format!("[{outer}{joint}{}]", escaped(key)), at, entries }
    }

    /// Takes out a text that is no secret.
    pub(super) fn text(&mut self, key: &str) -> Result<Option<Found<String>>, Mistake> {
        match self.any(key) {
            None => Ok(None),
            Some(Found { at, it: DeValue::String(text) }) => {
                Ok(Some(Found { at, it: text.into() }))
            }
            Some(Found { at, .. }) => Err(self.wrong(at, key, "a text")),
        }
    }

    /// Takes out a text that says something else.
    pub(super) fn parsed<T: FromStr<Err: Display>>(
        &mut self,
        key: &str,
    ) -> Result<Option<T>, Mistake> {
        self.text(key)?.map(|found| found.parsed(key)).transpose()
    }

    /// Takes out a text that must be there.
    pub(super) fn needed(&mut self, key: &str) -> Result<Found<String>, Mistake> {
        self.text(key)?.ok_or_else(|| self.lacks(&quoted(key)))
    }

    /// Takes out a list of texts, which is empty where there is none; `kind` says what it is a list of.
    pub(super) fn texts(&mut self, key: &str, kind: &str) -> Result<Vec<Found<String>>, Mistake> {
        let Some(Found { at, it }) = self.any(key) else { return Ok(Vec::new()) };
        let DeValue::Array(items) = it else { return Err(self.wrong(at, key, kind)) };
        let text = |item| match Found::from(item) {
            Found { at, it: DeValue::String(text) } => Ok(Found { at, it: text.into() }),
            Found { at, .. } => Err(self.wrong(at, key, kind)),
        };
        items.into_iter().map(text).collect()
    }

    /// Takes out one of some words, in either case.
    pub(super) fn one_of<T: Clone>(
        &mut self,
        key: &str,
        words: &[(&str, T)],
    ) -> Result<Option<Found<T>>, Mistake> {
        let Some(Found { at, it }) = self.text(key)? else { return Ok(None) };
        if let Some((_, meaning)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&it)) {
            return Ok(Some(Found { at, it: meaning.clone() }));
        }
        let words: Vec<_> = words.iter().map(|(word, _)| quoted(word)).collect();
        Err(self.wrong(at, key, &words.join(" or ")))
    }

    /// Takes all that is left out, in the order of the text.
    pub(super) fn rest(&mut self) -> Vec<(Found<String>, Found<DeValue<'i>>)> {
        let entries = std::mem::take(&mut self.entries).into_iter();
        let mut rest: Vec<_> = entries
            .map(|(key, value)| {
                let at = key.span().start;
                (Found { at, it: key.into_inner().into_owned() }, Found::from(value))
            })
            .collect();
        rest.sort_by_key(|(key, _)| key.at);
        rest
    }

    /// Fails if there is a key that nobody has taken.
    pub(super) fn finish(mut self) -> Result<(), Mistake> {
        match self.rest().into_iter().next() {
            Some((key, _)) => Err(Mistake::new(
                key.at,
                format!("unknown key {}{}", quoted(&key.it), self.inside()),
            )),
            None => Ok(()),
        }
    }

    /// Returns the mistake of a value of the wrong kind, which is never repeated.
    pub(super) fn wrong(&self, at: usize, key: &str, kind: &str) -> Mistake {
        Mistake::new(at, format!("{}{} is not {kind}", quoted(key), self.inside()))
    }

    /// Returns the mistake of something that is not there.
    pub(super) fn lacks(&self, what: &str) -> Mistake {
        Mistake::new(self.at, format!("{} lacks {what}", self.name))
    }

    fn inside(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!(" in {}", self.name) }
    }
}
