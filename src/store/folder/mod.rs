//! The store as three folders of small files: `secrets/`, `state/` and `img/`.

mod audit;
mod authentic;
mod clients;
mod config;
mod dir;
mod durable;
mod enrol;
mod enrol_many;
mod file;
mod held;
mod inspect;
mod kept;
mod leftovers;
mod limit;
mod listing;
mod lock;
mod locked_store;
mod policy;
mod put;
mod quota;
mod remove;
mod rename;
mod reseal;
mod sealed;
mod store;
mod store_dirs;
mod store_guard;
mod stored;
mod strays;
mod wrapped_key;
mod writable;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::sealing::Keys;
use super::{Existing, StoreError};
use crate::domain::{AppName, Enrolment};
use dir::Dir;
use enrol::{Replaced, exists};
use held::HeldStore;
use locked_store::LockedStore;
use store_dirs::StoreDirs;
use stored::{Plain, Sealing};

pub use store_guard::StoreGuard;

/// The number of tries before giving up on an app that others keep replacing or changing.
const TRIES: u32 = 10;

/// A store in a folder that only its owner can write: each app is a secret, a state and an image.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    sealing: Option<Sealing>,
}

impl Folder {
    /// Returns the store at `root`, without reading or creating anything yet.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        // A trailing slash is dropped, since it would follow a symbolic link.
        Self { root: root.into().components().collect(), sealing: None }
    }

    /// Returns the same store with keys: new secrets are sealed, and a plain one is refused unless
    /// `allows_plain`, since whoever can write to the store could have put it there.
    #[must_use]
    pub fn with_keys(self, keys: Arc<Keys>, allows_plain: bool) -> Self {
        Self { sealing: Some(Sealing { keys, allows_plain }), ..self }
    }

    fn dirs(&self) -> Result<Option<StoreDirs>, StoreError> {
        StoreDirs::open(&self.root, self.sealing.clone())
    }

    fn there(&self) -> Result<StoreDirs, StoreError> {
        self.dirs()?.ok_or_else(|| StoreError::NoStore(self.root.as_path().into()))
    }

    fn made(&self) -> Result<HeldStore, StoreError> {
        HeldStore::make(&self.root, self.sealing.clone())
    }

    /// Reports whether what bears no MAC of a key is believed: always without one.
    #[cfg(feature = "remote")]
    pub(crate) fn believes_plain(&self) -> bool {
        self.sealing.as_ref().is_none_or(|sealing| sealing.allows_plain)
    }

    /// Reports whether it has keys.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.sealing.is_some()
    }

    /// Returns the store's top folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reports whether there is a store, trusted or not: a folder with a folder of secrets.
    #[must_use]
    pub fn exists(&self) -> bool {
        !matches!(self.dirs(), Ok(None))
    }

    /// Opens the audit log for reading, or returns `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be trusted or read.
    pub fn audit_log(&self) -> Result<Option<File>, StoreError> {
        Dir::open(&self.root)?.map_or(Ok(None), |root| audit::open(&root))
    }

    /// Locks the store for a change to an app, without creating a store if there is none.
    fn existing(&self, app: &AppName) -> Result<LockedStore, StoreError> {
        let store = self.dirs()?.ok_or_else(|| store_dirs::no_such(app))?;
        leftovers::begin(HeldStore::wait(store)?)
    }

    /// Adds an app as [`enrol`](crate::store::Store::enrol) does, and keeps the picture of its QR code.
    ///
    /// Without a picture, that of an app that is replaced is removed.
    ///
    /// # Errors
    /// As [`enrol`](crate::store::Store::enrol).
    pub fn enrol_with_image(
        &self,
        app: &AppName,
        new: &Enrolment,
        image: Option<&[u8]>,
        existing: Existing,
    ) -> Result<(), StoreError> {
        let held = self.made()?;
        // Looked up before any folder is created, so that a refusal leaves the store unchanged.
        if existing == Existing::Keep && held.store.exists(app)? {
            return Err(exists(app));
        }
        let replaced = Replaced::find(&held.store, app, Plain::Believed)?;
        // A picture would show what is sealed.
        let image = image.filter(|_| self.sealing.is_none());
        leftovers::begin(held)?.enrol(app, new, image, replaced.as_ref())
    }

    /// Returns the place of an app's QR code, whether or not there is one.
    #[must_use]
    pub fn image(&self, app: &AppName) -> PathBuf {
        self.root.join("img").join(store_dirs::image_name(app))
    }
}
