//! A locked store, in which nobody else adds, renames or removes an app meanwhile.

use std::fs::File;
use std::path::Path;

use rustix::fs::{Mode, OFlags, fchmod, openat};
use rustix::io::Errno;

use super::dir::{Dir, linked};
use super::file::PrivateFile;
use super::lock;
use super::store_dirs::StoreDirs;
use super::stored::Sealing;
use crate::store::StoreError;

/// The file whose lock, together with that of the folder of secrets, locks the store.
///
/// Earlier versions lock the folder alone. On NFS that excludes nobody on another machine: only
/// file locks reach the server, and exclusive ones require the file to be open for writing, which a
/// folder cannot be. The file is never removed, since removing it while another process waits for
/// it would let two processes lock it.
pub(super) const LOCK: &str = ".lock";

/// A store locked for as long as this value lives; verifying a code does not take this lock.
pub(super) struct HeldStore {
    pub(super) store: StoreDirs,
    pub(super) lock: PrivateFile,
}

impl HeldStore {
    /// Opens the store at `root`, creating it if need be, and waits for its lock.
    pub(super) fn make(root: &Path, sealing: Option<Sealing>) -> Result<Self, StoreError> {
        let root = Dir::open_or_new(root)?;
        let secrets = root.sub_or_new("secrets")?;
        Self::wait(StoreDirs { root, secrets, sealing })
    }

    /// Waits for the lock of the store.
    pub(super) fn wait(store: StoreDirs) -> Result<Self, StoreError> {
        lock::hold(&store.secrets, &store.secrets.handle)?;
        let lock = lock_file(&store.root)?;
        lock::hold(&store.root, &lock.handle)?;
        Ok(Self { store, lock })
    }

    /// Locks the store unless another process holds it, without waiting.
    pub(super) fn attempt(store: StoreDirs) -> Result<Option<Self>, StoreError> {
        if !lock::attempt(&store.secrets, &store.secrets.handle)? {
            return Ok(None);
        }
        let lock = lock_file(&store.root)?;
        let held = lock::attempt(&store.root, &lock.handle)?;
        Ok(held.then_some(Self { store, lock }))
    }
}

/// Opens the lock file of a folder of the store, creating it if need be.
pub(super) fn lock_file(folder: &Dir) -> Result<PrivateFile, StoreError> {
    if let Some(lock) = folder.lockable(LOCK)? {
        return PrivateFile::check(lock, folder.path.join(LOCK));
    }
    let path = folder.path.join(LOCK);
    let failed = |e: Errno| StoreError::Write { place: path.clone().into(), source: e.into() };
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let handle = match openat(&folder.handle, LOCK, flags, Mode::RUSR | Mode::WUSR) {
        Ok(fd) => File::from(fd),
        Err(Errno::LOOP) => return Err(linked(path)),
        Err(e) => return Err(failed(e)),
    };
    let lock = PrivateFile::check(handle, path.clone())?;
    if !lock.is_writable() {
        // The umask may have removed some of these.
        fchmod(&lock.handle, Mode::RUSR | Mode::WUSR).map_err(failed)?;
    }
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(root: &Path) -> StoreDirs {
        StoreDirs::open(root, None).unwrap().unwrap()
    }

    #[test]
    fn whoever_holds_the_folder_or_the_file_keeps_others_from_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("store");
        drop(HeldStore::make(&root, None).unwrap());
        let free = || HeldStore::attempt(opened(&root)).unwrap().is_some();
        for name in ["secrets", LOCK] {
            let other = File::open(root.join(name)).unwrap();
            other.lock().unwrap();
            assert!(!free(), "{name}");
            drop(other);
            assert!(free(), "{name}");
        }
    }

    #[test]
    fn what_is_locked_is_open_for_writing_as_nfs_wants_it() {
        let folder = tempfile::tempdir().unwrap();
        let held = HeldStore::make(&folder.path().join("store"), None).unwrap();
        let (path, app) = (held.store.secrets.path.join("C"), "C".parse().unwrap());
        std::fs::write(&path, "").unwrap();
        rustix::fs::chmod(path, Mode::RUSR | Mode::WUSR).unwrap();
        let secret = held.store.hold(&app).unwrap();
        for file in [&held.lock.handle, &secret.handle] {
            let flags = rustix::fs::fcntl_getfl(file).unwrap();
            assert_eq!(flags & OFlags::RWMODE, OFlags::RDWR);
        }
    }
}
