//! An open and checked store, and reading one of its apps.

use std::fs::File;
use std::path::Path;

use rustix::fs::{AtFlags, statat};
use rustix::io::Errno;

use super::dir::Dir;
use super::file::{LONGEST, PrivateFile};
use super::stored::Sealing;
use super::{TRIES, limit, lock};
use crate::domain::AppName;
use crate::store::sealing::without_mac;
use crate::store::{Fix, StoreError, record};

/// An open store whose top folder and folder of secrets were checked.
pub(super) struct StoreDirs {
    pub(super) root: Dir,
    pub(super) secrets: Dir,
    pub(super) sealing: Option<Sealing>,
}

impl StoreDirs {
    /// Opens the store at `root`, or returns `None` if it has no folder of secrets.
    pub(super) fn open(root: &Path, sealing: Option<Sealing>) -> Result<Option<Self>, StoreError> {
        let Some(root) = Dir::open(root)? else { return Ok(None) };
        Ok(root.sub("secrets")?.map(|secrets| Self { root, secrets, sealing }))
    }

    /// Reports whether an app has a secret, or anything else in its place.
    pub(super) fn exists(&self, app: &AppName) -> Result<bool, StoreError> {
        match statat(&self.secrets.handle, app.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(e) => Err(StoreError::Read {
                place: self.secrets.path.join(app.as_str()).into(),
                source: e.into(),
            }),
        }
    }

    /// Opens an app's secret.
    pub(super) fn secret(&self, app: &AppName) -> Result<PrivateFile, StoreError> {
        self.believed(self.secrets.readable(app.as_str())?, app)
    }

    /// Opens an app's secret to lock it.
    pub(super) fn lockable_secret(&self, app: &AppName) -> Result<PrivateFile, StoreError> {
        self.believed(self.secrets.lockable(app.as_str())?, app)
    }

    fn believed(&self, secret: Option<File>, app: &AppName) -> Result<PrivateFile, StoreError> {
        let secret = secret.ok_or_else(|| no_such(app))?;
        let why = "could be written by other users, and may be a secret of theirs";
        let path = self.secrets.path.join(app.as_str());
        let fix = Fix::Renew(path.clone(), app.as_str().into());
        PrivateFile::check_decisive(secret, path, fix, why)
    }

    /// Reads an app without locking it: once more where its secret was replaced meanwhile, since its
    /// state then belongs to the other one.
    pub(super) fn unlocked<T>(
        &self,
        app: &AppName,
        read: impl Fn(&PrivateFile) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        for _ in 0..TRIES {
            let secret = self.secret(app)?;
            let result = read(&secret);
            let now = statat(&self.secrets.handle, app.as_str(), AtFlags::SYMLINK_NOFOLLOW);
            if result.is_ok() || now.is_ok_and(|now| secret.is(&now)) {
                return result;
            }
        }
        Err(StoreError::Busy)
    }

    /// Opens an app's secret and locks the app until the file is closed.
    pub(super) fn hold(&self, app: &AppName) -> Result<PrivateFile, StoreError> {
        for _ in 0..TRIES {
            let secret = self.lockable_secret(app)?;
            lock::hold(&self.secrets, &secret.handle)?;
            // Its holder may have put another secret in its place while we waited.
            match statat(&self.secrets.handle, app.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
                // A secret with two names is being renamed, and its state may have been read
                // already.
                Ok(now) if secret.is(&now) && now.st_nlink < 2 => return Ok(secret),
                Ok(_) | Err(Errno::NOENT) => {}
                Err(e) => return Err(self.secrets.failed(e)),
            }
        }
        Err(StoreError::Busy)
    }

    /// Fails if the file size limit is lower than what any record takes.
    ///
    /// Otherwise the longer record of a failure would not be written, and the shorter one of a
    /// success would.
    pub(super) fn expect_room(&self, folder: &str, file: &str) -> Result<(), StoreError> {
        limit::expect_allowed(LONGEST).map_err(|error| StoreError::Write {
            place: self.root.path.join(folder).join(file).into(),
            source: error.into(),
        })
    }
}

/// Reads the raw state of an app, or returns `None` if there is none.
pub(super) fn read_state(
    state: &Dir,
    app: &AppName,
) -> Result<Option<(PrivateFile, Vec<u8>)>, StoreError> {
    let name = state_name(app);
    let Some(opened) = state.readable(&name)? else { return Ok(None) };
    let why = "could be written by other users: codes that were used may open again";
    let path = state.path.join(name);
    let fix = Fix::Renew(path.clone(), app.as_str().into());
    let file = PrivateFile::check_decisive(opened, path, fix, why)?;
    let bytes = file.read()?.to_vec();
    Ok(Some((file, bytes)))
}

/// Reports whether a state that belongs to no app can be removed.
///
/// One that is newer or damaged stays untouched, and one that knows of used codes stays until a
/// person decides that its secret will not come back.
pub(super) fn remembers_nothing(state: &Dir, name: &str) -> bool {
    let bytes = state.file(name).ok().flatten().and_then(|file| file.read().ok());
    bytes.is_some_and(|bytes| record::read_orphan(without_mac(&bytes)) == Ok(None))
}

pub(super) fn state_name(app: &AppName) -> String {
    format!("{app}.json")
}

pub(super) fn image_name(app: &AppName) -> String {
    format!("{app}.png")
}

pub(super) fn no_such(app: &AppName) -> StoreError {
    StoreError::NoSuchApp(app.as_str().into())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;

    use rustix::fs::{Mode, chmod};

    use super::super::held::HeldStore;
    use super::*;

    #[test]
    fn an_app_whose_secret_is_replaced_while_it_is_read_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = HeldStore::make(&folder.path().join("store"), None).unwrap().store;
        let put = |name: &str| {
            let path = store.secrets.path.join(name);
            fs::write(&path, name).unwrap();
            chmod(&path, Mode::RUSR | Mode::WUSR).unwrap();
            path
        };
        let (app, place, looks) = ("C".parse().unwrap(), put("C"), Cell::new(0));
        let mismatch = |file: &PrivateFile| Err::<(), _>(file.damaged("of another secret"));
        let replaced_once = store.unlocked(&app, |file| {
            looks.set(looks.get() + 1);
            if looks.get() > 1 {
                return Ok(file.read()?.to_vec());
            }
            fs::rename(put("D"), &place).unwrap();
            mismatch(file).map(|()| Vec::new())
        });
        assert_eq!((replaced_once.unwrap(), looks.get()), (b"D".to_vec(), 2));
        assert!(store.unlocked(&app, mismatch).is_err(), "what stays is what is wrong");
    }
}
