//! Removing an app.

use super::durable::{remove, temporary};
use super::locked_store::LockedStore;
use super::store_dirs::{image_name, state_name};
use crate::domain::AppName;
use crate::store::StoreError;
use crate::store::sealing::is_sealed;

impl LockedStore {
    /// Removes an app: what a policy keeps of it is recorded before, its image first, since it shows the secret, and its state last, so that a
    /// secret that survives a kill never comes back with a state that has forgotten the used codes.
    pub(super) fn remove(&self, app: &AppName) -> Result<(), StoreError> {
        let held = self.store.hold(app)?;
        // A secret that cannot be read is none that the key of a memory could be missing for.
        let is_sealed = held.read().is_ok_and(|bytes| is_sealed(&bytes));
        self.store.outlive_app(app, is_sealed)?;
        remove(&self.img, &image_name(app))?;
        self.img.sync()?;
        remove(&self.store.secrets, app.as_str())?;
        self.store.secrets.sync()?;
        remove(&self.state, &state_name(app))?;
        remove(&self.state, &temporary(&state_name(app)))
    }
}
