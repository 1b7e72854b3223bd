//! Taking an app out of its name: removing and renaming.

use rustix::io::Errno;

use super::durable::{self, remove};
use super::enrol::{Enrolling, exists};
use super::opened::{image_name, state_name};
use super::{record, sweep};
use crate::domain::AppName;
use crate::store::StoreError;

impl Enrolling {
    /// Removes an app: its image first, since it shows the secret; its state last, so that a secret
    /// that a kill left behind never comes back with a state that has forgotten the used codes.
    pub(super) fn remove(&self, app: &AppName) -> Result<(), StoreError> {
        let _held = self.store.hold(app)?;
        remove(&self.img, &image_name(app))?;
        self.img.sync()?;
        remove(&self.store.secrets, app.as_str())?;
        self.store.secrets.sync()?;
        remove(&self.state, &state_name(app))?;
        remove(&self.state, &durable::temporary(&state_name(app)))
    }

    /// Gives an app another name. The state is there under both names while the secret moves, so
    /// that at no moment a used code opens again.
    pub(super) fn rename(&self, old: &AppName, new: &AppName) -> Result<(), StoreError> {
        let held = self.store.hold(old)?;
        if self.store.exists(new)? {
            return Err(exists(new));
        }
        let (account, _) = self.store.account(old, &held.secret()?)?;
        let state = state_name(new);
        durable::write_beside(&self.state, &state, record::write(&account).as_bytes())?;
        durable::replace(&self.state, &state)?;
        self.move_image(old, new)?;
        let moved = durable::rename_new(&self.store.secrets, old.as_str(), new.as_str())
            .and_then(|moved| if moved { self.store.secrets.sync() } else { Err(exists(new)) });
        if let Err(error) = moved {
            let _ = self.move_image(new, old);
            sweep::forget(self, new);
            return Err(error);
        }
        remove(&self.state, &state_name(old))
    }

    fn move_image(&self, old: &AppName, new: &AppName) -> Result<(), StoreError> {
        let renamed = rustix::fs::renameat(
            &self.img.handle,
            image_name(old),
            &self.img.handle,
            image_name(new),
        );
        match renamed {
            Ok(()) => self.img.sync(),
            // An app may have no image; one left under the new name is of another secret.
            Err(Errno::NOENT) => remove(&self.img, &image_name(new)),
            Err(e) => Err(self.img.failed(e)),
        }
    }
}
