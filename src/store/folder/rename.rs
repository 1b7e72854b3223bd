//! Giving an app another name.

use rustix::fs::{AtFlags, renameat, statat};
use rustix::io::Errno;

use super::durable::{self, remove};
use super::enrol::exists;
use super::file::PrivateFile;
use super::locked_store::LockedStore;
use super::store_dirs::{image_name, state_name};
use super::stored::{Plain, record_name};
use crate::domain::{Account, AppName, Otp};
use crate::store::StoreError;
use crate::store::record::{self, State};

impl LockedStore {
    /// Renames an app.
    ///
    /// The state exists under both names while the secret moves, so that at no moment does a used
    /// code open again.
    pub(super) fn rename(&self, old: &AppName, new: &AppName) -> Result<(), StoreError> {
        let held = self.store.hold(old)?;
        if self.store.exists(new)? {
            return Err(exists(new));
        }
        let bytes = held.read()?;
        let stored = self.store.stored(old, &held, &bytes, Plain::AsAllowed)?;
        let before = self.orphan(new)?;
        let account = self.taking_place(new, stored.enrolment.account, before.as_ref())?;
        let memory = self.store.hand_memory_on(old, new)?;
        // Should this process be killed, a listing of the secrets shows what to sweep away.
        let unfinished = durable::write_beside(&self.store.secrets, new.as_str(), b"", &self.lock);
        unfinished.inspect_err(|_| self.store.take_memory_back(new, memory.as_ref()))?;
        // The name is bound to what is sealed, so the state says which one it was.
        let sealed_as = stored.state.sealed_as.or_else(|| Some(old.clone()));
        let sealed_as = sealed_as.filter(|_| stored.is_sealed);
        let state = State { account, sealed_as, ..stored.state };
        self.move_all(old, new, &state).inspect_err(|_| {
            self.stay(&held, new, before.is_none());
            self.store.take_memory_back(new, memory.as_ref());
        })?;
        durable::discard(&self.store.secrets, new.as_str());
        remove(&self.state, &state_name(old))?;
        remove(&self.state, &durable::temporary(&state_name(old)))?;
        drop(held);
        // Devices of an enrolment that is not there count for nothing, so they may stay.
        let _ = self.store.outlive_app(old, stored.is_sealed);
        // Should this fail, it opens all the same, and is sealed anew with the next key.
        let _ = if stored.is_sealed { self.encrypt(new).map(drop) } else { Ok(()) };
        Ok(())
    }

    /// Returns the account to record in the place of a state whose secret is lost.
    ///
    /// Time steps are the same for every secret. A counter would shut out another secret, and be
    /// forgotten where the app is renamed once more, so such a state has to go first, unless it is
    /// what a killed rename of this very app has left.
    fn taking_place(
        &self,
        new: &AppName,
        account: Account,
        lost: Option<&Account>,
    ) -> Result<Account, StoreError> {
        let Some(lost) = lost else { return Ok(account) };
        let origin =
            |account: &Account| (account.created, account.issuer.clone(), account.name.clone());
        let is_its_own = origin(lost) == origin(&account);
        let by_clock = |otp: &Otp| matches!(otp, Otp::Totp(_));
        let only_steps =
            by_clock(&lost.otp) && by_clock(&account.otp) && lost.guard.other_kind.is_none();
        if is_its_own || only_steps {
            return Ok(account.succeeding(lost, is_its_own));
        }
        let place = self.state.path.join(state_name(new)).into();
        let why = "belongs to no app, and may remember codes that were used";
        Err(StoreError::Unsafe { place, why, fix: None })
    }

    /// Removes what a failed rename put in place.
    ///
    /// If the secret has the new name all the same, its state stays with it, and the next sweep
    /// finishes the rename.
    fn stay(&self, held: &PrivateFile, new: &AppName, state_too: bool) {
        let secrets = &self.store.secrets.handle;
        let moved = statat(secrets, new.as_str(), AtFlags::SYMLINK_NOFOLLOW);
        if !moved.is_ok_and(|moved| held.is(&moved)) {
            self.undo(new, state_too);
        }
    }

    /// Moves everything, the secret last, or leaves it all where it was.
    fn move_all(&self, old: &AppName, new: &AppName, state: &State) -> Result<(), StoreError> {
        let record = record::write_state(state);
        let is_sealed = state.sealed_as.is_some();
        let text =
            if is_sealed { self.store.authenticated(&record_name(new), record) } else { record };
        let name = state_name(new);
        durable::write_beside(&self.state, &name, text.as_bytes(), &self.lock)?;
        durable::replace(&self.state, &name)?;
        self.move_image(old, new)?;
        self.move_secret(old, new).inspect_err(|_| drop(self.move_image(new, old)))
    }

    fn move_secret(&self, old: &AppName, new: &AppName) -> Result<(), StoreError> {
        let (secrets, old, new_name) = (&self.store.secrets, old.as_str(), new.as_str());
        if !durable::rename_new(secrets, old, new_name)? {
            return Err(exists(new));
        }
        secrets.sync().inspect_err(|_| drop(durable::rename_new(secrets, new_name, old)))
    }

    fn move_image(&self, old: &AppName, new: &AppName) -> Result<(), StoreError> {
        let img = &self.img.handle;
        let (old, new) = (image_name(old), image_name(new));
        match renameat(img, &old, img, &new) {
            Ok(()) => self.img.sync().inspect_err(|_| {
                let _ = renameat(img, &new, img, &old);
            }),
            // An app may have no image; one left under the new name shows another secret.
            Err(Errno::NOENT) => remove(&self.img, &new),
            Err(e) => Err(self.img.failed(e)),
        }
    }
}
