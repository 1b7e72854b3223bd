//! Clearing away what a killed enrolment left behind.

use rustix::fs::{AtFlags, statat};

use super::dir::Dir;
use super::durable::{discard, remove, temporary};
use super::held::HeldStore;
use super::listing::{self, Listing};
use super::locked_store::LockedStore;
use super::store_dirs::{image_name, remembers_nothing, state_name};
use crate::domain::AppName;
use crate::store::StoreError;

/// Opens a locked store for a change, after sweeping away what killed enrolments left behind.
pub(super) fn begin(held: HeldStore) -> Result<LockedStore, StoreError> {
    let locked = LockedStore::open(held)?;
    sweep(&locked, &listing::read(&locked.store.secrets)?);
    Ok(locked)
}

/// Removes the unfinished files of these apps; a failure to do so does not stop the caller.
///
/// The caller holds the lock that every enrolment holds, so nobody is writing them, unless that
/// lock does nothing.
fn sweep(locked: &LockedStore, Listing { unfinished, apps, .. }: &Listing) {
    if unfinished.is_empty() || !locked.lock.keeps_others_out() {
        return;
    }
    for app in unfinished {
        finish(locked, app, apps);
    }
}

/// Finishes a rename that stopped between the link and the unlink of a secret, or sweeps the app.
fn finish(locked: &LockedStore, app: &AppName, apps: &[AppName]) {
    let secrets = &locked.store.secrets;
    if same_file(secrets, &temporary(app.as_str()), app.as_str()) {
        // Its state and its image came first, so the app is whole.
        return discard(secrets, app.as_str());
    }
    let is_old = |old: &&AppName| *old != app && same_file(secrets, old.as_str(), app.as_str());
    if let Some(old) = apps.iter().find(is_old) {
        let _ = remove(secrets, old.as_str()).and_then(|()| secrets.sync());
    }
    sweep_app(locked, app);
}

/// Reports whether two names belong to one file with two links.
fn same_file(dir: &Dir, one: &str, other: &str) -> bool {
    let look = |name: &str| statat(&dir.handle, name, AtFlags::SYMLINK_NOFOLLOW);
    let (Ok(other), Ok(one)) = (look(other), look(one)) else { return false };
    other.st_nlink == 2 && (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}

fn sweep_app(locked: &LockedStore, app: &AppName) {
    let (img, image) = (&locked.img, image_name(app));
    // The image moves into place before the secret does: if no temporary one is left, the one in
    // place may show a secret that was never published.
    if statat(&img.handle, temporary(&image), AtFlags::SYMLINK_NOFOLLOW).is_err() {
        let _ = remove(img, &image);
    }
    // A verification holds the secret, and may be writing the state just now; the next one
    // overwrites that file.
    let (_held, alone) = match locked.store.lockable_secret(app) {
        Ok(secret) => {
            let alone = secret.handle.try_lock().is_ok();
            (Some(secret), alone)
        }
        Err(error) => (None, matches!(error, StoreError::NoSuchApp(_))),
    };
    if alone {
        clear(locked, app);
    } else {
        discard(img, &image);
        discard(&locked.store.secrets, app.as_str());
    }
}

/// Removes the unfinished files of an app that the caller has locked or that does not exist.
pub(super) fn clear(locked: &LockedStore, app: &AppName) {
    if !locked.store.exists(app).unwrap_or(true) {
        let _ = remove(&locked.img, &image_name(app));
        if remembers_nothing(&locked.state, &state_name(app)) {
            let _ = remove(&locked.state, &state_name(app));
        }
    }
    discard(&locked.img, &image_name(app));
    discard(&locked.state, &state_name(app));
    // Last, since the next sweep finds the others by it.
    discard(&locked.store.secrets, app.as_str());
}
