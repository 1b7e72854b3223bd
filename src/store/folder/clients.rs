//! The callers of the service: one file, replaced whole.

use std::io;

use super::file::{LONGEST, PrivateFile};
use super::held::HeldStore;
use super::kept::{self, Kept};
use super::store_dirs::StoreDirs;
use super::stored::Plain;
use crate::client::Client;
use crate::store::{Fix, StoreError, client_record};

/// The file of the callers, which is also the name to which its code is bound.
pub(super) const NAME: &str = "clients.toml";

/// What may have happened to callers that others could write.
const PLANTED: &str = "could be written by other users, and may let clients of theirs in";

/// The callers and their file.
type Clients = Kept<Vec<Client>>;

impl StoreDirs {
    pub(super) fn clients(&self) -> Result<Vec<Client>, StoreError> {
        let kept = self.kept_clients(Plain::AsAllowed)?;
        Ok(kept.map_or_else(Vec::new, |kept| kept.value))
    }

    /// Changes the callers; those that stay as they are take no lock.
    pub(super) fn change_clients(
        self,
        change: &mut dyn FnMut(&[Client]) -> Vec<Client>,
    ) -> Result<(), StoreError> {
        let before = self.clients()?;
        if change(&before) == before {
            return Ok(());
        }
        HeldStore::wait(self)?.rewrite_clients(Plain::AsAllowed, |store, kept| {
            let before = kept.map_or(&[][..], |kept| &kept.value);
            let after = change(before);
            if after == before {
                return Ok(None);
            }
            kept.map_or(Ok(()), |kept| store.expect_key(&kept.file, &kept.text))?;
            let failed = |why| store.clients_failed(why);
            let text = store.authenticated(NAME, client_record::write(&after).map_err(failed)?);
            Ok(Some(text))
        })?;
        Ok(())
    }

    fn kept_clients(&self, plain: Plain) -> Result<Option<Clients>, StoreError> {
        let Some(opened) = self.root.readable(NAME)? else { return Ok(None) };
        let path = self.root.path.join(NAME);
        let fix = Fix::Review(path.clone());
        let file = PrivateFile::check_decisive(opened, path, fix, PLANTED)?;
        let text = file.read()?.to_vec();
        let record = self.believed_text(NAME, &file, &text, plain)?;
        let value = client_record::read(record).map_err(|why| file.damaged(why))?;
        Ok(Some(Kept { value, file, text }))
    }

    fn clients_failed(&self, why: impl Into<String>) -> StoreError {
        let place = self.root.path.join(NAME).into();
        StoreError::Write { place, source: io::Error::other(why.into()) }
    }
}

impl HeldStore {
    /// Replaces the text of the callers by what `next` makes of it, or leaves it for `None`, and
    /// reports whether it was replaced.
    fn rewrite_clients(
        &self,
        plain: Plain,
        mut next: impl FnMut(&StoreDirs, Option<&Clients>) -> Result<Option<String>, StoreError>,
    ) -> Result<bool, StoreError> {
        let store = &self.store;
        let place = (&store.root, NAME, &self.lock);
        kept::rewrite(
            place,
            || store.kept_clients(plain),
            |kept| match next(store, kept)? {
                // What is longer would not be read again.
                Some(text) if text.len() as u64 > LONGEST => {
                    Err(store.clients_failed("there are too many clients for 64 KiB"))
                }
                text => Ok(text),
            },
        )
    }
}
