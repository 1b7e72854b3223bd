//! Adding many apps at once, each durable at the end, without a sync for each.

use rustix::fs::{renameat, syncfs};

use super::durable::{self, remove, temporary, write_unsynced};
use super::enrol::{Enrolling, exists};
use super::opened::{image_name, state_name};
use super::{record, sweep};
use crate::domain::{Account, AppName, Enrolment};
use crate::store::StoreError;

impl Enrolling {
    /// Adds apps that are not there yet; one that is makes its own result alone. `step` is called
    /// after each.
    ///
    /// All files are written and synced beside their places before the first is put there: killed at
    /// any point, each app is there whole or not at all, as with one.
    pub(super) fn enrol_all(
        &self,
        new: &[(AppName, Enrolment)],
        step: &mut dyn FnMut(),
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let mut results = Vec::with_capacity(new.len());
        for (app, enrolment) in new {
            results.push(self.stage(app, enrolment));
            step();
        }
        let staged = || {
            new.iter().zip(&results).filter(|(_, result)| result.is_ok()).map(|((app, _), _)| app)
        };
        let (secrets, state) = (&self.store.secrets, &self.state);
        let placed = syncfs(&secrets.handle)
            .map_err(|e| secrets.failed(e))
            .and_then(|()| {
                staged()
                    .try_for_each(|app| {
                        let name = state_name(app);
                        renameat(&state.handle, temporary(&name), &state.handle, &name)
                    })
                    .map_err(|e| state.failed(e))
            })
            .and_then(|()| state.sync());
        if let Err(error) = placed {
            staged().for_each(|app| sweep::clear(self, app));
            return Err(error);
        }
        let published: Vec<Result<bool, StoreError>> =
            staged().map(|app| durable::publish(secrets, app.as_str())).collect();
        if let Err(error) = secrets.sync() {
            staged().for_each(|app| drop(remove(secrets, app.as_str())));
            staged().for_each(|app| sweep::clear(self, app));
            return Err(error);
        }
        let mut published = published.into_iter();
        let finish = |(result, (app, _)): (Result<(), StoreError>, &(AppName, Enrolment))| {
            result?;
            match published.next() {
                Some(Ok(true)) => Ok(()),
                Some(Ok(false)) | None => Err(exists(app)),
                Some(Err(error)) => Err(error),
            }
            .inspect_err(|_| durable::discard(secrets, app.as_str()))
        };
        Ok(results.into_iter().zip(new).map(finish).collect())
    }

    fn stage(&self, app: &AppName, new: &Enrolment) -> Result<(), StoreError> {
        if self.store.exists(app)? {
            return Err(exists(app));
        }
        let account = self.orphan(app)?.iter().fold(new.account.clone(), Account::succeeding);
        let (secret, record) = (new.secret.expose_base32(), record::write(&account));
        let beside = |dir, name: &str, bytes| write_unsynced(dir, name, bytes, &self.lock);
        beside(&self.store.secrets, app.as_str(), secret.as_bytes())
            .and_then(|_| beside(&self.state, &state_name(app), record.as_bytes()))
            .and_then(|_| remove(&self.img, &image_name(app)))
            .inspect_err(|_| sweep::clear(self, app))
    }
}
