//! Writing a file so that a crash leaves the old one or the new one, never a part.

use std::fs::File;
use std::io::{self, Write};

use rustix::fs::{
    AtFlags, Mode, OFlags, RenameFlags, fchmod, linkat, openat, renameat, renameat_with, unlinkat,
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
        StoreError::Write { place: dir.path.join(name).into(), source }
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
        .map_err(io::Error::from)
        .and_then(|()| file.write_all(bytes));
    written.map(|()| file).map_err(|source| {
        discard(dir, name);
        StoreError::Write { place: dir.path.join(name).into(), source }
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
        Err(e) => Err(StoreError::Write { place: dir.path.join(name).into(), source: e.into() }),
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
        // Where that is unknown, a failing sync leaves it open which of them is there. Both are
        // whole, and the state has a record for either.
        Err(e) if is_unknown(e) => return replace(dir, name),
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

/// Puts the file written beside into its place unless something is there; reports whether it did.
pub(super) fn publish(dir: &Dir, name: &str) -> Result<bool, StoreError> {
    rename_new(dir, &temporary(name), name)
}

/// Renames a file unless something has the new name; reports whether it did.
pub(super) fn rename_new(dir: &Dir, old: &str, new: &str) -> Result<bool, StoreError> {
    match renameat_with(&dir.handle, old, &dir.handle, new, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(true),
        Err(Errno::EXIST) => Ok(false),
        Err(e) if is_unknown(e) => link_new(dir, old, new),
        Err(e) => Err(dir.failed(e)),
    }
}

/// Renames by a link and an unlink, on a file system that has no such rename (FUSE, 9p, NFS).
///
/// To look and then to rename could replace a secret that a person or mfa.py puts there meanwhile;
/// a link replaces nothing. Killed in between, the file has both names and is refused under either,
/// so that no code opens under both. The next sweep takes the old name away: it finds the new one
/// by a temporary file, which is the old name itself or, when an app is renamed, lies beside it.
fn link_new(dir: &Dir, old: &str, new: &str) -> Result<bool, StoreError> {
    match linkat(&dir.handle, old, &dir.handle, new, AtFlags::empty()) {
        Ok(()) => {}
        Err(Errno::EXIST) => return Ok(false),
        // Some have no links either.
        Err(e) if is_unknown(e) || e == Errno::PERM => {
            let why = "the file system can rename nothing without the danger of replacing";
            return Err(dir.failed(io::Error::new(io::ErrorKind::Unsupported, why)));
        }
        Err(e) => return Err(dir.failed(e)),
    }
    remove(dir, old).inspect_err(|_| drop(remove(dir, new)))?;
    Ok(true)
}

/// Reports whether a call was refused because the file system, or an old kernel, does not know it.
fn is_unknown(error: Errno) -> bool {
    matches!(error, Errno::INVAL | Errno::NOSYS | Errno::NOTSUP)
}

/// Removes a file that may not be there.
pub(super) fn remove(dir: &Dir, name: &str) -> Result<(), StoreError> {
    match unlinkat(&dir.handle, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(e) => Err(dir.failed(e)),
    }
}
