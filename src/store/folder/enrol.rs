//! Adding an app: its state and image first, its secret last, since an app exists from then on.

use std::path::Path;

use rustix::fs::{AtFlags, statat};
use rustix::io::Errno;

use super::dir::Dir;
use super::file::PrivateFile;
use super::opened::{Opened, image_name, read_state, state_name};
use super::{durable, listing, lock, record, sweep};
use crate::domain::{Account, AppName, Enrolment, Guard};
use crate::store::{Existing, StoreError};

/// Is a store with all its folders, held by this enrolment alone.
pub(super) struct Enrolling {
    pub(super) store: Opened,
    pub(super) state: Dir,
    pub(super) img: Dir,
}

/// Is the app that gives way. Its secret stays locked until the new one is in place, so that
/// nobody verifies a code against it meanwhile.
struct Replaced {
    _held: PrivateFile,
    account: Account,
}

impl Enrolling {
    /// Opens the store, making what is missing, and waits until nobody else enrols in it.
    pub(super) fn begin(root: &Path) -> Result<Self, StoreError> {
        let root = Dir::open_or_new(root)?;
        let secrets = root.sub_or_new("secrets")?;
        let (state, img) = (root.sub_or_new("state")?, root.sub_or_new("img")?);
        lock::hold(&secrets, &secrets.handle)?;
        let enrolling = Self { store: Opened { root, secrets }, state, img };
        sweep::sweep(&enrolling, &listing::read(&enrolling.store.secrets)?.unfinished);
        Ok(enrolling)
    }

    /// Puts the new app in place, or leaves the store as it was.
    pub(super) fn enrol(
        &self,
        app: &AppName,
        new: &Enrolment,
        image: Option<&[u8]>,
        existing: Existing,
    ) -> Result<(), StoreError> {
        let replaced = self.replaced(app, existing)?;
        let (before, state) = if let Some(old) = &replaced {
            let account = new.account.clone().succeeding(&old.account);
            (None, record::write_replacement(&old.account, &new.secret, &account))
        } else {
            let before = self.orphan(app)?;
            let account = before.iter().fold(new.account.clone(), Account::succeeding);
            (before, record::write(&account))
        };
        self.put(app, new, &state, image)
            .and_then(|()| self.publish(app, replaced.is_some()))
            .inspect_err(|_| self.undo(app, replaced.is_none() && before.is_none()))
    }

    fn replaced(&self, app: &AppName, existing: Existing) -> Result<Option<Replaced>, StoreError> {
        if !self.exists(app)? {
            return Ok(None);
        }
        if existing == Existing::Keep {
            return Err(exists(app));
        }
        let held = self.store.hold(app)?;
        let (account, _) = self.store.account(app, &held.secret()?)?;
        Ok(Some(Replaced { _held: held, account }))
    }

    /// Tells whether there is a secret, or anything else in its place.
    pub(super) fn exists(&self, app: &AppName) -> Result<bool, StoreError> {
        match statat(&self.store.secrets.handle, app.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(e) => Err(StoreError::Read {
                path: self.store.secrets.path.join(app.as_str()),
                source: e.into(),
            }),
        }
    }

    /// Reads the state of an app whose secret is gone: should the same secret come back, the
    /// codes that were used stay used.
    fn orphan(&self, app: &AppName) -> Result<Option<Account>, StoreError> {
        let Some((file, bytes)) = read_state(&self.state, app)? else { return Ok(None) };
        let account = record::read_orphan(&bytes).map_err(|why| file.damaged(why))?;
        Ok(Some(account).filter(|account| account.guard != Guard::default()))
    }

    /// Writes everything, the secret beside its place: first, so that whoever lists the secrets
    /// sees from its name what a killed enrolment left.
    fn put(
        &self,
        app: &AppName,
        new: &Enrolment,
        state: &str,
        image: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let (state_name, image_name) = (state_name(app), image_name(app));
        durable::write_beside(
            &self.store.secrets,
            app.as_str(),
            new.secret.expose_base32().as_bytes(),
        )?;
        durable::write_beside(&self.state, &state_name, state.as_bytes())?;
        match image {
            Some(png) => {
                durable::write_beside(&self.img, &image_name, png)?;
                durable::replace(&self.img, &image_name)?;
            }
            None => durable::remove(&self.img, &image_name)?,
        }
        durable::replace(&self.state, &state_name)
    }

    fn publish(&self, app: &AppName, replace: bool) -> Result<(), StoreError> {
        let secrets = &self.store.secrets;
        if replace {
            return durable::replace(secrets, app.as_str());
        }
        // Not ours alone: mfa.py or a person may have put a secret there meanwhile.
        if !durable::publish(secrets, app.as_str())? {
            return Err(exists(app));
        }
        // An app that may be gone after a crash was not enrolled.
        secrets.sync().inspect_err(|_| drop(durable::remove(secrets, app.as_str())))
    }

    /// Clears away, as far as that can be, what a failed enrolment has put; an image that shows a
    /// secret not in force would mislead whoever scans it.
    fn undo(&self, app: &AppName, state_too: bool) {
        let _ = durable::remove(&self.img, &image_name(app));
        if state_too {
            let _ = durable::remove(&self.state, &state_name(app));
        }
        sweep::sweep(self, &[app.as_str().into()]);
    }
}

pub(super) fn exists(app: &AppName) -> StoreError {
    StoreError::Exists(app.as_str().into())
}
