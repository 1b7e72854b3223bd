use std::fmt;

use crate::store::{Finding, Place, StoreError};

/// The reasons why a configuration is not used; none has a value of it, which may be a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file that cannot be trusted or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something in it that is wrong.
    #[error("{position}: {why}")]
    Content {
        /// Where it is.
        position: Position,
        /// What is wrong there.
        why: String,
    },
    /// The file of a secret that cannot be trusted or read.
    #[error("{position}")]
    Secret {
        /// Where the file is named.
        position: Position,
        /// What is wrong with it.
        source: Box<StoreError>,
    },
}

impl ConfigError {
    /// Returns what `doctor` says of it, unless inspecting the store tells it already.
    #[must_use]
    pub fn finding(self) -> Option<Finding> {
        match self {
            Self::Store(_) => None,
            Self::Content { .. } => Some(Finding { problem: self.to_string(), fix: None }),
            Self::Secret { position, source } => {
                let Finding { problem, fix } = (*source).into();
                Some(Finding { problem: format!("{position}: {problem}"), fix })
            }
        }
    }
}

/// A line and a column of a file, counted from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    place: Place,
    line: usize,
    column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.place, self.line, self.column)
    }
}

/// What is wrong, and the byte of the text where it is.
pub(super) struct Mistake {
    at: usize,
    what: What,
}

enum What {
    Content(String),
    Secret(StoreError),
}

impl Mistake {
    pub(super) fn new(at: usize, why: impl Into<String>) -> Self {
        Self { at, what: What::Content(why.into()) }
    }

    pub(super) fn secret(at: usize, error: StoreError) -> Self {
        Self { at, what: What::Secret(error) }
    }

    /// Returns what the parser says, without the line that it would show.
    pub(super) fn syntax(error: &toml::de::Error) -> Self {
        Self::new(error.span().map_or(0, |span| span.start), error.message().replace('`', "'"))
    }

    pub(super) fn found_in(self, text: &str, place: Place) -> ConfigError {
        let before = text.get(..self.at).unwrap_or(text);
        let (line, rest) = (before.matches('\n').count() + 1, before.rsplit('\n').next());
        let column = rest.unwrap_or_default().chars().count() + 1;
        let position = Position { place, line, column };
        match self.what {
            What::Content(why) => ConfigError::Content { position, why },
            What::Secret(source) => ConfigError::Secret { position, source: source.into() },
        }
    }
}
