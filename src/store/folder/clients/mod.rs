//! The callers of the service: one file, replaced whole.

#[cfg(feature = "service")]
mod change;

use std::io;

use super::Folder;
use super::authentic::Mac;
use super::file::{LONGEST, PrivateFile};
use super::held::HeldStore;
use super::kept::{self, Kept};
use super::store_dirs::StoreDirs;
use super::stored::Plain;
use crate::store::{Fix, StoreError};

/// The file of the callers, which is also the name to which its MAC is bound.
pub(super) const NAME: &str = "clients.toml";

/// What may have happened to callers that others could write.
const PLANTED: &str = "could be written by other users, and may let clients of theirs in";

/// The file of the callers, and its text without the MAC of a key.
type Clients = Kept<String>;

impl Folder {
    /// Gives the callers of the service a MAC of the newest key; returns whether they had another or
    /// none.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be trusted, read or recorded.
    pub fn seal_clients(&self) -> Result<bool, StoreError> {
        self.dirs()?.map_or(Ok(false), |store| store.reseal_clients(Mac::Newest))
    }

    /// Takes the MAC of a key away from the callers of the service; returns whether there was one.
    ///
    /// # Errors
    /// As for [`seal_clients`](Self::seal_clients).
    pub fn unseal_clients(&self) -> Result<bool, StoreError> {
        self.dirs()?.map_or(Ok(false), |store| store.reseal_clients(Mac::Dropped))
    }
}

impl StoreDirs {
    fn reseal_clients(self, mac: Mac) -> Result<bool, StoreError> {
        if self.clients_file(Plain::Believed).is_ok_and(|clients| clients.is_none()) {
            return Ok(false);
        }
        let mut is_changed = false;
        HeldStore::wait(self)?.rewrite_clients(Plain::Believed, |store, clients| {
            let Some(clients) = clients else { return Ok(None) };
            let text = store.resealed(mac, NAME, clients, clients.value.clone())?;
            is_changed = text.is_some();
            Ok(text)
        })?;
        Ok(is_changed)
    }

    /// Reads the file of the callers, or returns `None` if there is none.
    pub(super) fn clients_file(&self, plain: Plain) -> Result<Option<Clients>, StoreError> {
        let Some(opened) = self.root.readable(NAME)? else { return Ok(None) };
        let path = self.root.path.join(NAME);
        let fix = Fix::Review(path.clone());
        let file = PrivateFile::check_decisive(opened, path, fix, PLANTED)?;
        let text = file.read()?.to_vec();
        let record = self.believed_text(NAME, &file, &text, plain)?.to_vec();
        let value = String::from_utf8(record).map_err(|_| file.damaged("it is not UTF-8"))?;
        Ok(Some(Kept { value, file, text }))
    }

    fn clients_failed(&self, why: impl Into<String>) -> StoreError {
        let place = self.root.path.join(NAME).into();
        StoreError::Write { place, source: io::Error::other(why.into()) }
    }
}

impl HeldStore {
    /// Replaces the text of the callers by what `next` makes of it, or leaves it for `None`.
    fn rewrite_clients(
        &self,
        plain: Plain,
        mut next: impl FnMut(&StoreDirs, Option<&Clients>) -> Result<Option<String>, StoreError>,
    ) -> Result<(), StoreError> {
        let store = &self.store;
        let place = (&store.root, NAME, &self.lock);
        kept::rewrite(
            place,
            || store.clients_file(plain),
            |clients| match next(store, clients)? {
                // What is longer would not be read again.
                Some(text) if text.len() as u64 > LONGEST => {
                    Err(store.clients_failed("there are too many clients for 64 KiB"))
                }
                text => Ok(text),
            },
        )
    }
}
