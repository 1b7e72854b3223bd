//! Writing a file so that a crash leaves the old one or the new one, never a part.

use std::fs::File;
use std::io::Write;

use rustix::fs::{
    AtFlags, Mode, OFlags, RenameFlags, fchmod, openat, renameat, renameat_with, unlinkat,
};
use rustix::io::Errno;

use super::dir::Dir;
use super::file::PrivateFile;
use super::lock;
use crate::store::StoreError;

/// The end of the name of a file that is not in its place yet. App names cannot begin with a dot, so
/// none is ever taken for an app.
const SUFFIX: &str = ".tmp";

/// Returns the name under which `name` is written before it is renamed.
///
/// It is always the same, so that what a killed process left needs no search among all the states,
/// and so that making it is a lock of its own, one that works on every file system: see [`create`].
pub(super) fn temporary(name: &str) -> String {
    format!(".{name}{SUFFIX}")
}

/// Returns the name that a temporary file is meant for.
pub(super) fn meant_for(temporary: &str) -> Option<&str> {
    temporary.strip_prefix('.')?.strip_suffix(SUFFIX)
}

/// Writes a private file beside its place and syncs it; [`publish`] or [`replace`] puts it there.
/// `held` is the locked file that everyone holds who writes there.
pub(super) fn write_beside(
    dir: &Dir,
    name: &str,
    bytes: &[u8],
    held: &PrivateFile,
) -> Result<(), StoreError> {
    write_unsynced(dir, name, bytes, held)?.sync_data().map_err(|source| {
        discard(dir, name);
        StoreError::Write { path: dir.path.join(name), source }
    })
}

/// Writes a private file beside its place; it is the caller's to sync.
pub(super) fn write_unsynced(
    dir: &Dir,
    name: &str,
    bytes: &[u8],
    held: &PrivateFile,
) -> Result<File, StoreError> {
    let mut file = create(dir, name, held)?;
    // Whatever the umask has taken away.
    let written = fchmod(&file, Mode::RUSR | Mode::WUSR)
        .map_err(std::io::Error::from)
        .and_then(|()| file.write_all(bytes));
    written.map(|()| file).map_err(|source| {
        discard(dir, name);
        StoreError::Write { path: dir.path.join(name), source }
    })
}

/// Makes the file that `name` is written in, unless somebody else has one.
///
/// Two writers never share one file, even where locks do nothing: the second waits for the first.
/// Only where the lock that the caller holds keeps others out is a file that is there one that a
/// killed process left, and taken away.
fn create(dir: &Dir, name: &str, held: &PrivateFile) -> Result<File, StoreError> {
    let temporary = temporary(name);
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    lock::patiently(|| match openat(&dir.handle, &temporary, flags, Mode::RUSR | Mode::WUSR) {
        Ok(fd) => Ok(Some(File::from(fd))),
        Err(Errno::EXIST) => {
            if held.keeps_others_out() {
                remove(dir, &temporary)?;
            }
            Ok(None)
        }
        Err(e) => Err(StoreError::Write { path: dir.path.join(name), source: e.into() }),
    })
}

/// Puts the file written beside into its place, whatever is there, and makes that durable.
pub(super) fn replace(dir: &Dir, name: &str) -> Result<(), StoreError> {
    renameat(&dir.handle, temporary(name), &dir.handle, name).map_err(|e| {
        discard(dir, name);
        dir.failed(e)
    })?;
    dir.sync()
}

/// Puts the file written beside into the place of the one there and makes that durable, or leaves
/// the one there in its place.
pub(super) fn exchange(dir: &Dir, name: &str) -> Result<(), StoreError> {
    let temporary = temporary(name);
    let swap = || renameat_with(&dir.handle, &temporary, &dir.handle, name, RenameFlags::EXCHANGE);
    match swap() {
        Ok(()) => {}
        // The file system cannot; then a failing sync leaves it open which of them is there.
        Err(Errno::INVAL | Errno::NOSYS) => return replace(dir, name),
        Err(e) => return Err(dir.failed(e)),
    }
    dir.sync().inspect_err(|_| {
        let _ = swap();
    })?;
    discard(dir, name);
    Ok(())
}

/// Removes the file written beside, as far as that can be.
pub(super) fn discard(dir: &Dir, name: &str) {
    let _ = remove(dir, &temporary(name));
}

/// Puts the file written beside into its place unless something is there; tells whether it did.
///
/// One rename, since a link and an unlink killed in between would leave two links for ever.
pub(super) fn publish(dir: &Dir, name: &str) -> Result<bool, StoreError> {
    rename_new(dir, &temporary(name), name)
}

/// Renames a file unless something has the new name; tells whether it did.
pub(super) fn rename_new(dir: &Dir, old: &str, new: &str) -> Result<bool, StoreError> {
    match renameat_with(&dir.handle, old, &dir.handle, new, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(true),
        Err(Errno::EXIST) => Ok(false),
        Err(e) => Err(dir.failed(e)),
    }
}

/// Removes a file that may not be there.
pub(super) fn remove(dir: &Dir, name: &str) -> Result<(), StoreError> {
    match unlinkat(&dir.handle, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(e) => Err(dir.failed(e)),
    }
}
