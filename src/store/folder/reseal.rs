//! Sealing secrets that are in place, and undoing it.

use super::authentic::Mac;
use super::durable::{self, remove};
use super::file::PrivateFile;
use super::locked_store::LockedStore;
use super::store_dirs::image_name;
use super::stored::{Plain, Sealing, Stored};
use super::{Folder, TRIES};
use crate::domain::{AppName, Enrolment};
use crate::store::StoreError;
use crate::store::record::{self, State, Tie};
use crate::store::sealing::is_sealed;

impl Folder {
    /// Seals the secret of an app under the newest key, gives its state a MAC of that key, and
    /// removes the picture of its QR code; returns whether the secret was plain or under an older
    /// key.
    ///
    /// # Errors
    /// [`StoreError::NoKey`] if it was given no key, or another [`StoreError`] if the app cannot be read or
    /// recorded; it is whole in any case.
    pub fn encrypt(&self, app: &AppName) -> Result<bool, StoreError> {
        self.existing(app)?.encrypt(app)
    }

    /// Puts the secret of an app into its file as plain base32; returns whether it was sealed.
    ///
    /// # Errors
    /// As for [`encrypt`](Self::encrypt).
    pub fn decrypt(&self, app: &AppName) -> Result<bool, StoreError> {
        self.existing(app)?.decrypt(app)
    }
}

impl LockedStore {
    pub(super) fn encrypt(&self, app: &AppName) -> Result<bool, StoreError> {
        let held = self.store.hold(app)?;
        let bytes = held.read()?;
        let Some(Sealing { keys, .. }) = &self.store.sealing else {
            return Err(StoreError::NoKey(self.store.root.path.as_path().into()));
        };
        let is_newest = keys.is_newest(&bytes);
        self.again(app, (&held, &bytes), |stored| {
            if is_newest && stored.state.sealed_as.is_none() {
                // The code of its state may be of an older key.
                let unchanged = self.store.replace_state(app, stored, &stored.state, &held)?;
                return Ok(unchanged.is_some());
            }
            let Enrolment { secret, account } = &stored.enrolment;
            let text = self.store.secret_text(app, secret)?;
            let (state, tie) = self.store.new_state(account.clone(), secret, &text);
            self.put_again(app, &text, stored, (&state, tie), &held)
        })?;
        remove(&self.img, &image_name(app))?;
        self.img.sync()?;
        self.store.reseal_policy_memory(app, Mac::Newest)?;
        Ok(!is_newest)
    }

    pub(super) fn decrypt(&self, app: &AppName) -> Result<bool, StoreError> {
        self.store.reseal_policy_memory(app, Mac::Dropped)?;
        if !is_sealed(&self.store.secret(app)?.read()?) {
            return Ok(false);
        }
        let held = self.store.hold(app)?;
        let bytes = held.read()?;
        self.again(app, (&held, &bytes), |stored| {
            let text = stored.enrolment.secret.expose_base32();
            let state = State::of_plain(stored.enrolment.account.clone());
            self.put_again(app, &text, stored, (&state, Tie::Plain), &held)
        })?;
        Ok(true)
    }

    /// Does something with an app that fails where somebody else has changed its state since it was
    /// read, until it is done.
    fn again(
        &self,
        app: &AppName,
        (held, bytes): (&PrivateFile, &[u8]),
        act: impl Fn(&Stored) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let stored = self.store.stored(app, held, bytes, Plain::Believed)?;
            if act(&Stored { is_sealed: true, ..stored })? {
                return Ok(());
            }
        }
        Err(StoreError::Busy)
    }

    /// Puts a secret into its file again: first a state that holds with either file, then the file,
    /// and then the state that belongs to it alone. Returns whether it could.
    fn put_again(
        &self,
        app: &AppName,
        text: &str,
        stored: &Stored,
        (state, tie): (&State, Tie),
        held: &PrivateFile,
    ) -> Result<bool, StoreError> {
        let both = record::write_replacement(&stored.state, tie, state);
        let Some(seen) = self.store.replace_text(app, stored, both, held)? else {
            return Ok(false);
        };
        let secrets = &self.store.secrets;
        durable::write_beside(secrets, app.as_str(), text.as_bytes(), &self.lock)?;
        // Nobody may change the state between the two steps: who looks the new file up waits.
        let new = secrets.lockable(&durable::temporary(app.as_str()))?;
        let _new_held = new.inspect(|new| drop(new.try_lock()));
        durable::exchange(secrets, app.as_str())?;
        let is_sealed = state.sealed_sha256.is_some();
        let stored = Stored { seen: Some(seen), is_sealed, ..stored.clone() };
        // Where it cannot be recorded, the state as it is belongs to the new file too.
        self.store.replace_state(app, &stored, state, held).map(|_| true)
    }
}
