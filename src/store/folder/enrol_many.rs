//! Adding many apps at once, all durable in the end, without a sync for each.

use std::collections::BTreeSet;

use rustix::fs::{renameat, syncfs};

use super::durable::{self, remove, temporary, write_unsynced};
use super::enrol::exists;
use super::leftovers;
use super::locked_store::LockedStore;
use super::store_dirs::{image_name, state_name};
use super::stored::record_name;
use crate::domain::{AppName, Enrolment};
use crate::store::{StoreError, record};

/// An app whose files are written under temporary names.
struct Staged<'a> {
    app: &'a AppName,
    state_is_new: bool,
}

impl LockedStore {
    /// Adds apps that do not exist yet, and calls `step` after each; one that exists fails alone.
    ///
    /// All files are written under temporary names and synced before the first is moved into place:
    /// if the process is killed, each app exists whole or not at all, just as when one is added.
    pub(super) fn enrol_all(
        &self,
        new: &[(AppName, Enrolment)],
        step: &mut dyn FnMut(),
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let mut results: Vec<Result<Staged, StoreError>> = Vec::with_capacity(new.len());
        let mut seen = BTreeSet::new();
        for (app, enrolment) in new {
            let staged =
                if seen.insert(app) { self.stage(app, enrolment) } else { Err(exists(app)) };
            results.push(staged);
            step();
        }
        self.place(&results).inspect_err(|_| self.undo_all(&results))?;
        for result in &mut results {
            if let Ok(staged) = result
                && let Err(error) = self.publish_staged(staged)
            {
                *result = Err(error);
            }
        }
        let secrets = &self.store.secrets;
        secrets.sync().inspect_err(|_| {
            for staged in results.iter().flatten() {
                let _ = remove(secrets, staged.app.as_str());
            }
            self.undo_all(&results);
        })?;
        Ok(results.into_iter().map(|result| result.map(drop)).collect())
    }

    /// Writes the secret and the state of an app under temporary names.
    fn stage<'a>(&self, app: &'a AppName, new: &Enrolment) -> Result<Staged<'a>, StoreError> {
        if self.store.exists(app)? {
            return Err(exists(app));
        }
        let before = self.orphan(app)?;
        let account = new.succeeding_lost(before.as_ref());
        let secret = self.store.secret_text(app, &new.secret)?;
        let (state, _) = self.store.new_state(account, &new.secret, &secret);
        let record = self.store.authenticated(&record_name(app), record::write_state(&state));
        let beside = |dir, name: &str, bytes| write_unsynced(dir, name, bytes, &self.lock);
        beside(&self.store.secrets, app.as_str(), secret.as_bytes())
            .and_then(|_| beside(&self.state, &state_name(app), record.as_bytes()))
            .and_then(|_| remove(&self.img, &image_name(app)))
            .inspect_err(|_| leftovers::clear(self, app))?;
        Ok(Staged { app, state_is_new: before.is_none() })
    }

    /// Syncs everything staged, and moves the states into place.
    fn place(&self, results: &[Result<Staged, StoreError>]) -> Result<(), StoreError> {
        let (secrets, state) = (&self.store.secrets, &self.state);
        syncfs(&secrets.handle).map_err(|e| secrets.failed(e))?;
        for staged in results.iter().flatten() {
            let name = state_name(staged.app);
            renameat(&state.handle, temporary(&name), &state.handle, &name)
                .map_err(|e| state.failed(e))?;
        }
        state.sync()
    }

    /// Moves the secret of an app into place, or removes its state again.
    fn publish_staged(&self, staged: &Staged) -> Result<(), StoreError> {
        match durable::publish(&self.store.secrets, staged.app.as_str()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(exists(staged.app)),
            Err(error) => Err(error),
        }
        .inspect_err(|_| self.undo(staged.app, staged.state_is_new))
    }

    fn undo_all(&self, results: &[Result<Staged, StoreError>]) {
        for staged in results.iter().flatten() {
            self.undo(staged.app, staged.state_is_new);
        }
    }
}
