//! Adding an app: its state and image first, its secret last, since an app exists from then on.

use super::file::PrivateFile;
use super::locked_store::LockedStore;
use super::store_dirs::{StoreDirs, image_name, read_state, state_name};
use super::stored::{Plain, Stored, record_name};
use super::{durable, leftovers};
use crate::domain::{Account, AppName, Enrolment};
use crate::store::{StoreError, record};

/// An app that is being replaced.
///
/// Its secret stays locked until the new one is in place, so that nobody verifies a code against it
/// meanwhile.
pub(super) struct Replaced {
    _held: PrivateFile,
    stored: Stored,
}

impl Replaced {
    /// Finds and locks the app to be replaced, or returns `None` if there is none.
    pub(super) fn find(
        store: &StoreDirs,
        app: &AppName,
        plain: Plain,
    ) -> Result<Option<Self>, StoreError> {
        if !store.exists(app)? {
            return Ok(None);
        }
        let held = store.hold(app)?;
        let bytes = held.read()?;
        let stored = store.stored(app, &held, &bytes, plain)?;
        Ok(Some(Self { _held: held, stored }))
    }

    /// Returns what is replaced.
    pub(super) fn enrolment(&self) -> &Enrolment {
        &self.stored.enrolment
    }
}

impl LockedStore {
    /// Puts the new app in place, or leaves the store unchanged.
    pub(super) fn enrol(
        &self,
        app: &AppName,
        new: &Enrolment,
        image: Option<&[u8]>,
        replaced: Option<&Replaced>,
    ) -> Result<(), StoreError> {
        let secret = self.store.secret_text(app, &new.secret)?;
        let (before, record) = if let Some(Replaced { stored: old, .. }) = replaced {
            let account = new.succeeding(&old.enrolment);
            let (state, tie) = self.store.new_state(account, &new.secret, &secret);
            (None, record::write_replacement(&old.state, tie, &state))
        } else {
            let before = self.orphan(app)?;
            let account = new.succeeding_lost(before.as_ref());
            let (state, _) = self.store.new_state(account, &new.secret, &secret);
            (before, record::write_state(&state))
        };
        let state = self.store.authenticated(&record_name(app), record);
        self.write(app, &secret, &state, image).inspect_err(|_| leftovers::clear(self, app))?;
        self.expect_unchanged(app, replaced).inspect_err(|_| leftovers::clear(self, app))?;
        self.put(app, image.is_some())
            .and_then(|()| self.publish(app, replaced.is_some()))
            .inspect_err(|_| self.undo(app, replaced.is_none() && before.is_none()))
    }

    /// Reads the state of an app whose secret is gone.
    ///
    /// Should the same secret come back, its used codes must stay used.
    pub(super) fn orphan(&self, app: &AppName) -> Result<Option<Account>, StoreError> {
        let Some((file, bytes)) = read_state(&self.state, app)? else { return Ok(None) };
        let record =
            self.store.believed_text(&record_name(app), &file, &bytes, Plain::AsAllowed)?;
        record::read_orphan(record).map_err(|why| file.damaged(why))
    }

    /// Writes everything under temporary names, the secret first, so that a listing of the secrets
    /// shows what a killed enrolment left behind.
    fn write(
        &self,
        app: &AppName,
        secret: &str,
        state: &str,
        image: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let beside = |dir, name: &str, bytes| durable::write_beside(dir, name, bytes, &self.lock);
        beside(&self.store.secrets, app.as_str(), secret.as_bytes())?;
        beside(&self.state, &state_name(app), state.as_bytes())?;
        image.map_or(Ok(()), |png| beside(&self.img, &image_name(app), png))
    }

    /// Fails if the state of an app is not any more as it was when it was decided to replace it.
    ///
    /// Where the file system's locks do nothing, somebody else may have done so meanwhile. Once the
    /// temporary file is there nobody can.
    fn expect_unchanged(
        &self,
        app: &AppName,
        replaced: Option<&Replaced>,
    ) -> Result<(), StoreError> {
        let Some(Replaced { stored, .. }) = replaced else { return Ok(()) };
        let now = read_state(&self.state, app)?.map(|(_, bytes)| bytes);
        if now == stored.seen { Ok(()) } else { Err(StoreError::Busy) }
    }

    /// Moves image and state into place.
    fn put(&self, app: &AppName, has_image: bool) -> Result<(), StoreError> {
        if has_image {
            durable::replace(&self.img, &image_name(app))?;
        } else {
            durable::remove(&self.img, &image_name(app))?;
        }
        durable::replace(&self.state, &state_name(app))
    }

    fn publish(&self, app: &AppName, replace: bool) -> Result<(), StoreError> {
        let secrets = &self.store.secrets;
        if replace {
            // Nobody may verify a code against it before it is known to stay.
            let new = secrets.lockable(&durable::temporary(app.as_str()))?;
            let _held = new.inspect(|new| drop(new.try_lock()));
            return durable::exchange(secrets, app.as_str());
        }
        // mfa.py or a person may have put a secret there meanwhile.
        if !durable::publish(secrets, app.as_str())? {
            return Err(exists(app));
        }
        // An app that a crash could still undo is not enrolled.
        secrets.sync().inspect_err(|_| drop(durable::remove(secrets, app.as_str())))
    }

    /// Removes, as far as possible, what a failed enrolment put in place.
    ///
    /// An image that shows a secret never published would mislead whoever scans it.
    pub(super) fn undo(&self, app: &AppName, state_too: bool) {
        let _ = durable::remove(&self.img, &image_name(app));
        if state_too {
            let _ = durable::remove(&self.state, &state_name(app));
        }
        leftovers::clear(self, app);
    }
}

pub(super) fn exists(app: &AppName) -> StoreError {
    StoreError::Exists(app.as_str().into())
}
