//! Sealing secrets that are in place, and undoing it.

use zeroize::Zeroizing;

use super::durable::{self, remove};
use super::file::PrivateFile;
use super::locked_store::LockedStore;
use super::record::State;
use super::store_dirs::{image_name, no_such};
use super::stored::{Plain, Stored};
use super::{Folder, TRIES};
use crate::domain::{AppName, Secret};
use crate::store::StoreError;
use crate::store::sealing::is_sealed;

impl Folder {
    /// Seals the secret of an app under the newest key, gives its state a code of that key, and
    /// removes the picture of its QR code; returns whether the secret was plain or under an older
    /// key.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read or recorded; the app is whole in any case.
    pub fn encrypt(&self, app: &AppName) -> Result<bool, StoreError> {
        self.existing(app)?.encrypt(app)
    }

    /// Reports whether the secret of an app is sealed.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be trusted or read.
    pub fn is_sealed(&self, app: &AppName) -> Result<bool, StoreError> {
        let store = self.dirs()?.ok_or_else(|| no_such(app))?;
        Ok(is_sealed(&store.secret(app)?.read()?))
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
        let (held, bytes, stored) = self.settled(app)?;
        let keys = self.store.sealing.as_ref().map(|sealing| &sealing.keys);
        let is_newest = keys.is_some_and(|keys| keys.is_newest(&bytes));
        if !is_newest || stored.state.sealed_as.is_some() {
            let text = self.store.secret_text(app, &stored.enrolment.secret)?;
            self.put_again(app, &text, &stored, &held)?;
        }
        remove(&self.img, &image_name(app))?;
        self.img.sync()?;
        Ok(!is_newest)
    }

    pub(super) fn decrypt(&self, app: &AppName) -> Result<bool, StoreError> {
        let plain = self.store.hold(app)?.read()?;
        if !is_sealed(&plain) {
            return Ok(false);
        }
        let (held, _, stored) = self.settled(app)?;
        let text: Zeroizing<String> = Secret::expose_base32(&stored.enrolment.secret);
        self.put_again(app, &text, &Stored { is_sealed: false, ..stored }, &held)?;
        Ok(true)
    }

    /// Locks an app and records its state so that it holds with the secret plain or sealed: without
    /// a successor, which is tied to the file in place, and with a code of the newest key.
    fn settled(
        &self,
        app: &AppName,
    ) -> Result<(PrivateFile, Zeroizing<Vec<u8>>, Stored), StoreError> {
        let held = self.store.hold(app)?;
        let bytes = held.read()?;
        for _ in 0..TRIES {
            let stored = self.store.stored(app, &held, &bytes, Plain::Believed)?;
            let stored = Stored { is_sealed: true, ..stored };
            if let Some(seen) = self.store.replace_state(app, &stored, &stored.state, &held)? {
                return Ok((held, bytes, Stored { seen: Some(seen), ..stored }));
            }
        }
        Err(StoreError::Busy)
    }

    /// Puts a secret into its file again, and then the state that belongs to it alone.
    fn put_again(
        &self,
        app: &AppName,
        text: &str,
        stored: &Stored,
        held: &PrivateFile,
    ) -> Result<(), StoreError> {
        let secrets = &self.store.secrets;
        durable::write_beside(secrets, app.as_str(), text.as_bytes(), &self.lock)?;
        // Nobody may change the state between the two steps: who looks the new file up waits.
        let new = secrets.lockable(&durable::temporary(app.as_str()))?;
        let _new_held = new.inspect(|new| drop(new.try_lock()));
        durable::exchange(secrets, app.as_str())?;
        let state = State { sealed_as: None, ..stored.state.clone() };
        // Where it cannot be recorded, the state as it is belongs to the new file too.
        self.store.replace_state(app, stored, &state, held).map(drop)
    }
}
