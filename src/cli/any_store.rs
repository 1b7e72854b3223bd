use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

#[cfg(feature = "remote")]
use mfa::config::{Config, ConfigError};
use mfa::domain::{AppName, Enrolment};
use mfa::store::sealing::Keys;
use mfa::store::{Existing, Folder, Store, StoreError};

/// The store that a command works on, of whichever kind.
pub enum AnyStore {
    Folder(Folder),
}

impl AnyStore {
    /// Returns the folder, for what only a store in a folder has.
    #[expect(clippy::unnecessary_wraps, reason = "a store of another kind has none")]
    pub fn folder(&self) -> Option<&Folder> {
        match self {
            Self::Folder(folder) => Some(folder),
        }
    }

    /// Returns the same store with keys, as [`Folder::with_keys`] does.
    pub fn with_keys(self, keys: Arc<Keys>, allows_plain: bool) -> Self {
        match self {
            Self::Folder(folder) => Self::Folder(folder.with_keys(keys, allows_plain)),
        }
    }

    /// Reports whether it seals what it keeps, which a picture would show.
    pub fn seals(&self) -> bool {
        self.folder().is_none_or(Folder::has_keys)
    }

    /// Adds an app, with the picture of its QR code where one is kept.
    pub fn enrol_with_image(
        &self,
        app: &AppName,
        new: &Enrolment,
        image: Option<&[u8]>,
        existing: Existing,
    ) -> Result<(), StoreError> {
        match self {
            Self::Folder(folder) => folder.enrol_with_image(app, new, image, existing),
        }
    }

    /// Reads the configuration that belongs to the store.
    #[cfg(feature = "remote")]
    pub fn config(&self) -> Result<Config, ConfigError> {
        match self {
            Self::Folder(folder) => Config::load(folder),
        }
    }
}

impl Deref for AnyStore {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Folder(folder) => folder,
        }
    }
}

/// Shows where it is.
impl fmt::Display for AnyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.root().display().fmt(f),
        }
    }
}
