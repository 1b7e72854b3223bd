use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::Fix;
use crate::domain::{escaped, quoted};

/// The reasons why the store could not do what was asked; no variant holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No app of that name in the store.
    #[error("no app named {}", quoted(.0))]
    NoSuchApp(String),
    /// No store at that place: whoever it knows would look like nobody.
    #[error("{0} is not a store: it has no folder of secrets")]
    NoStore(Place),
    /// An app of that name that exists already.
    #[error("the app {} exists already", quoted(.0))]
    Exists(String),
    /// A file or folder that others could have read or written, or something else in its place.
    #[error("{} {why}", .place)]
    Unsafe {
        /// The file or folder that must not be trusted.
        place: Place,
        /// What is wrong with it.
        why: &'static str,
        /// The remedy, if there is one.
        fix: Option<Fix>,
    },
    /// A file whose contents make no sense; it is left untouched.
    #[error("{} is damaged: {why}", .place)]
    Damaged {
        /// The file.
        place: Place,
        /// What is wrong with it, never its contents.
        why: String,
    },
    /// A secret or state under a key that is not at hand.
    #[error("{} {how} key {}, {why}", .place, quoted(.key))]
    Sealed {
        /// The file.
        place: Place,
        /// What the key has done to it.
        how: &'static str,
        /// The name of the key.
        key: String,
        /// Where the key is missing.
        why: &'static str,
    },
    /// A file or folder that could not be read.
    #[error("cannot read {}", .place)]
    Read {
        /// The file or folder.
        place: Place,
        /// What the system said.
        source: io::Error,
    },
    /// A file or folder that could not be written durably.
    #[error("cannot write {}", .place)]
    Write {
        /// The file or folder.
        place: Place,
        /// What the system said.
        source: io::Error,
    },
    /// No tables of ours in that database.
    #[error("{0} is not a store: it has no tables of mfa")]
    NoTables(Place),
    /// A store that takes nothing that is not sealed, and no key to seal with.
    #[error("{0} takes nothing that is not sealed, and no key is given")]
    NoKey(Place),
    /// A store elsewhere that could not be asked, which says nothing about what is in it.
    #[error("cannot reach {}", .place)]
    Unreachable {
        /// The store.
        place: Place,
        /// What the system or the server said.
        source: io::Error,
    },
    /// An app that another process held, or kept changing, for about five seconds.
    #[error("the app is in use by another process")]
    Busy,
}

impl StoreError {
    /// Reports whether the system had no descriptor or memory left, or the store could not be
    /// reached, which says nothing about the store.
    #[must_use]
    pub fn is_exhaustion(&self) -> bool {
        if let Self::Unreachable { .. } = self {
            return true;
        }
        let Self::Read { source, .. } = self else { return false };
        let errno = source.raw_os_error().map(Errno::from_raw_os_error);
        matches!(errno, Some(Errno::MFILE | Errno::NFILE | Errno::NOMEM))
    }
}

/// A place in a store, in a form that may be shown: an escaped path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// Returns the place that a text describes.
    #[cfg(feature = "postgres")]
    pub(super) fn of(text: &str) -> Self {
        Self(escaped(text))
    }
}

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self(escaped(&path.to_string_lossy()))
    }
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Self {
        path.as_path().into()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A problem with a store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What is wrong, with the path.
    pub problem: String,
    /// The remedy, if there is one.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Returns a problem that has no remedy of ours.
    #[cfg(feature = "postgres")]
    pub(super) fn of(problem: String) -> Self {
        Self { problem, fix: None }
    }

    pub(super) fn new(path: &Path, problem: &str) -> Self {
        Self { problem: format!("{} {problem}", Place::from(path)), fix: None }
    }

    /// Returns what an error says, with its cause.
    pub(crate) fn text(error: &StoreError) -> String {
        match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        }
    }

    pub(super) fn fixed_by(problem: &str, fix: Fix) -> Self {
        Self { problem: format!("{} {problem}", Place::from(fix.path())), fix: Some(fix) }
    }
}

impl From<StoreError> for Finding {
    fn from(error: StoreError) -> Self {
        let problem = Self::text(&error);
        let fix = if let StoreError::Unsafe { fix, .. } = error { fix } else { None };
        Self { problem, fix }
    }
}
