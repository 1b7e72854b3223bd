use std::io;
use std::path::{Path, PathBuf};

use super::Fix;
use crate::domain::{escaped, quoted};

/// Why the store could not do what was asked; no variant holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store has no app of that name.
    #[error("no app named {}", quoted(.0))]
    NoSuchApp(String),
    /// There is an app of that name already.
    #[error("the app {} exists already", quoted(.0))]
    Exists(String),
    /// A file or folder that others could have written or read, or that is none.
    #[error("{} {why}", shown(.path))]
    Unsafe {
        /// What must not be believed.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
        /// What mends it, where something does.
        mend: Option<Fix>,
    },
    /// A file whose contents make no sense; it is left as it is.
    #[error("{} is damaged: {why}", shown(.path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; never what it holds.
        why: String,
    },
    /// A file or folder that could not be read.
    #[error("cannot read {}", shown(.path))]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file or folder that could not be written, durably.
    #[error("cannot write {}", shown(.path))]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process held the app, or kept changing it, for about five seconds.
    #[error("the app is in use by another process")]
    Busy,
}

fn shown(path: &Path) -> String {
    escaped(&path.to_string_lossy())
}

/// Something that is wrong with a store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What is wrong, with the path.
    pub problem: String,
    /// What mends it, where something does.
    pub mend: Option<Fix>,
}

impl Finding {
    pub(super) fn new(path: &Path, problem: &str) -> Self {
        Self { problem: format!("{} {problem}", shown(path)), mend: None }
    }

    pub(super) fn mended_by(problem: &str, mend: Fix) -> Self {
        Self { problem: format!("{} {problem}", shown(mend.path())), mend: Some(mend) }
    }
}

impl From<StoreError> for Finding {
    fn from(error: StoreError) -> Self {
        let problem = error.to_string();
        let mend = if let StoreError::Unsafe { mend, .. } = error { mend } else { None };
        Self { problem, mend }
    }
}
