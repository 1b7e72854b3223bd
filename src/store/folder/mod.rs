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
mod limit;
mod listing;
mod lock;
mod locked_store;
mod policy;
mod put;
mod quota;
mod recovery;
mod remove;
mod rename;
mod reseal;
mod sealed;
mod store_dirs;
mod store_guard;
mod stored;
mod strays;
mod wrapped_key;
mod writable;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::record::State;
use super::sealing::Keys;
use super::{Change, Existing, Replacement, Store, StoreError};
use crate::audit::Event;
#[cfg(feature = "service")]
use crate::client::Client;
use crate::domain::{Account, AppName, Enrolment, SmsQuota};
use crate::policy::PolicyMemory;
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

    /// Reports whether what bears no code of a key is believed: always without one.
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
        recovery::begin(HeldStore::wait(store)?)
    }

    /// Adds an app as [`enrol`](Store::enrol) does, and keeps the picture of its QR code.
    ///
    /// Without a picture, that of an app that is replaced is removed.
    ///
    /// # Errors
    /// As [`enrol`](Store::enrol).
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
        recovery::begin(held)?.enrol(app, new, image, replaced.as_ref())
    }

    /// Returns the place of an app's QR code, whether or not there is one.
    #[must_use]
    pub fn image(&self, app: &AppName) -> PathBuf {
        self.root.join("img").join(store_dirs::image_name(app))
    }
}

impl Store for Folder {
    fn apps(&self) -> Result<Vec<AppName>, StoreError> {
        let Some(store) = self.dirs()? else { return Ok(Vec::new()) };
        let listing = listing::read(&store.secrets)?;
        if listing.unfinished.is_empty() {
            return Ok(listing.apps);
        }
        // Beginning a change sweeps leftovers away. If that fails, or if an enrolment is under way,
        // the list is right all the same.
        match HeldStore::attempt(store).and_then(|held| held.map(recovery::begin).transpose()) {
            Ok(Some(swept)) => Ok(listing::read(&swept.store.secrets)?.apps),
            Ok(None) | Err(_) => Ok(listing.apps),
        }
    }

    fn get(&self, app: &AppName) -> Result<Enrolment, StoreError> {
        let store = self.dirs()?.ok_or_else(|| store_dirs::no_such(app))?;
        store.unlocked(app, |file| {
            Ok(store.stored(app, file, &file.read()?, Plain::AsAllowed)?.enrolment)
        })
    }

    fn account(&self, app: &AppName) -> Result<Account, StoreError> {
        let store = self.dirs()?.ok_or_else(|| store_dirs::no_such(app))?;
        store.unlocked(app, |file| store.account(app, file, &file.read()?))
    }

    fn enrol(&self, app: &AppName, new: &Enrolment, existing: Existing) -> Result<(), StoreError> {
        self.enrol_with_image(app, new, None, existing)
    }

    fn enrol_all(
        &self,
        new: &[(AppName, Enrolment)],
        step: &mut dyn FnMut(),
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        recovery::begin(self.made()?)?.enrol_all(new, step)
    }

    fn remove(&self, app: &AppName) -> Result<(), StoreError> {
        self.existing(app)?.remove(app)
    }

    fn rename(&self, old: &AppName, new: &AppName) -> Result<(), StoreError> {
        self.existing(old)?.rename(old, new)
    }

    fn change(
        &self,
        app: &AppName,
        change: &mut dyn FnMut(&Enrolment) -> Change,
    ) -> Result<(), StoreError> {
        let store = self.dirs()?.ok_or_else(|| store_dirs::no_such(app))?;
        store.expect_room("state", &store_dirs::state_name(app))?;
        let held = store.hold(app)?;
        let bytes = held.read()?;
        for _ in 0..TRIES {
            let stored = store.stored(app, &held, &bytes, Plain::AsAllowed)?;
            let Change { account, event } = change(&stored.enrolment);
            let is_done = account == stored.enrolment.account || {
                let state = State { account, ..stored.state.clone() };
                store.replace_state(app, &stored, &state, &held)?.is_some()
            };
            if is_done {
                return event.map_or(Ok(()), |event| audit::append(&store.root, &event));
            }
        }
        Err(StoreError::Busy)
    }

    fn replace(
        &self,
        app: &AppName,
        replace: &mut dyn FnMut(&Enrolment) -> Option<Replacement>,
    ) -> Result<(), StoreError> {
        let store = self.dirs()?.ok_or_else(|| store_dirs::no_such(app))?;
        let held = HeldStore::wait(store)?;
        let replaced = Replaced::find(&held.store, app, Plain::AsAllowed)?;
        let replaced = replaced.ok_or_else(|| store_dirs::no_such(app))?;
        let Some(Replacement { enrolment, event }) = replace(replaced.enrolment()) else {
            return Ok(());
        };
        let locked = recovery::begin(held)?;
        locked.enrol(app, &enrolment, None, Some(&replaced))?;
        audit::append(&locked.store.root, &event)
    }

    fn policy_names(&self) -> Result<Vec<AppName>, StoreError> {
        self.there()?.policy_names()
    }

    fn policy_memory(&self, name: &AppName) -> Result<Option<PolicyMemory>, StoreError> {
        self.there()?.policy_memory(name)
    }

    fn change_policy_memory(
        &self,
        name: &AppName,
        change: &mut dyn FnMut(&PolicyMemory) -> PolicyMemory,
    ) -> Result<(), StoreError> {
        self.there()?.change_policy_memory(name, change)
    }

    #[cfg(feature = "service")]
    fn clients(&self) -> Result<Vec<Client>, StoreError> {
        self.there()?.clients()
    }

    #[cfg(feature = "service")]
    fn change_clients(
        &self,
        change: &mut dyn FnMut(&[Client]) -> Vec<Client>,
    ) -> Result<(), StoreError> {
        self.there()?.change_clients(change)
    }

    fn change_sms_quota(
        &self,
        change: &mut dyn FnMut(&SmsQuota) -> SmsQuota,
    ) -> Result<(), StoreError> {
        self.there()?.change_sms_quota(change)
    }

    fn expect_room_for_event(&self) -> Result<(), StoreError> {
        self.dirs()?.map_or(Ok(()), |store| audit::expect_room(&store.root))
    }

    fn log(&self, event: &Event) -> Result<(), StoreError> {
        self.dirs()?.map_or(Ok(()), |store| audit::append(&store.root, event))
    }
}
