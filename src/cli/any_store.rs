use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

#[cfg(feature = "remote")]
use mfa::config::{Config, ConfigError};
use mfa::domain::{AppName, Enrolment};
#[cfg(feature = "postgres")]
use mfa::store::Postgres;
use mfa::store::sealing::Keys;
use mfa::store::{Existing, Folder, Store, StoreError};

#[cfg(feature = "postgres")]
use super::error::CommandError;
use super::error::Result;

/// The store that a command works on, of whichever kind.
pub enum AnyStore {
    Folder(Folder),
    #[cfg(feature = "postgres")]
    Postgres(Box<Postgres>),
}

impl AnyStore {
    /// Returns the folder, for what only a store in a folder has.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(clippy::unnecessary_wraps, reason = "a store of another kind has none")
    )]
    pub fn folder(&self) -> Option<&Folder> {
        match self {
            Self::Folder(folder) => Some(folder),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => None,
        }
    }

    /// Returns the folder, or the error of a command that is for such a store alone.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(
            clippy::unnecessary_wraps,
            unused_variables,
            reason = "a store of another kind is none"
        )
    )]
    pub fn expect_folder(self, command: &str) -> Result<Folder> {
        match self {
            Self::Folder(folder) => Ok(folder),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Err(CommandError::usage(format!(
                "mfa {command} is for a store in a folder, and this one is a database"
            ))),
        }
    }

    /// Returns the database, or the error of a command that is for such a store alone.
    #[cfg(feature = "postgres")]
    pub fn expect_database(self, command: &str) -> Result<Box<Postgres>> {
        match self {
            Self::Folder(_) => Err(CommandError::usage(format!(
                "mfa {command} is for a store in a database, and this one is a folder"
            ))
            .hint("name the database with --store postgres://USER@HOST/DATABASE")),
            Self::Postgres(store) => Ok(store),
        }
    }

    /// Returns the same store with keys, as [`Folder::with_keys`] does.
    pub fn with_keys(self, keys: Arc<Keys>, allows_plain: bool) -> Self {
        match self {
            Self::Folder(folder) => Self::Folder(folder.with_keys(keys, allows_plain)),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => Self::Postgres(Box::new(store.with_keys(keys))),
        }
    }

    /// Reports whether it seals what it keeps, which a picture would show.
    pub fn seals(&self) -> bool {
        self.folder().is_none_or(Folder::has_keys)
    }

    /// Fails where secrets are sealed and no key was given, since a new one would lie among them in plain text.
    pub fn expect_key_if_sealed(&self) -> Result<(), StoreError> {
        self.folder().map_or(Ok(()), Folder::expect_key_if_sealed)
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
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.enrol(app, new, existing),
        }
    }

    /// Reads the configuration that belongs to the store.
    #[cfg(feature = "remote")]
    pub fn config(&self) -> Result<Config, ConfigError> {
        match self {
            Self::Folder(folder) => Config::load(folder),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => {
                store.url().config().map_or_else(|| Ok(Config::default()), Config::from_file)
            }
        }
    }
}

impl Deref for AnyStore {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Folder(folder) => folder,
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => &**store,
        }
    }
}

/// Shows where it is.
impl fmt::Display for AnyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.root().display().fmt(f),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.url().as_str().fmt(f),
        }
    }
}
