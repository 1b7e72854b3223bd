//! Writing a file so that a crash leaves the old one or the new one, never a partial one.

use std::fs::File;
use std::io::{self, Write};

use rustix::fs::{
    AtFlags, Mode, OFlags, RenameFlags, fchmod, linkat, openat, renameat, renameat_with, unlinkat,
};
use rustix::io::Errno;

use super::dir::Dir;
use super::file::PrivateFile;
use super::{limit, lock};
use crate::store::StoreError;

/// The suffix of a file that is not in its final place yet.
///
/// The name of such a file begins with a dot and an app's cannot, so it is never taken for an app.
const SUFFIX: &str = ".tmp";

/// Returns the name under which `name` is written before it is renamed.
///
/// It is always the same, so that the leftovers of a killed process are found without searching all
/// states, and so that creating it acts as a lock that works on every file system: see [`create`].
pub(super) fn temporary(name: &str) -> String {
    format!(".{name}{SUFFIX}")
}

/// Returns the final name of a temporary file, or `None` for any other file.
pub(super) fn meant_for(temporary: &str) -> Option<&str> {
    temporary.strip_prefix('.')?.strip_suffix(SUFFIX)
}

/// Writes a private file under its temporary name and syncs it; [`publish`] or [`replace`] moves it
/// into place.
///
/// `held` is the locked file that every writer of this name holds.
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

/// Writes a private file under its temporary name; the caller has to sync it.
pub(super) fn write_unsynced(
    dir: &Dir,
    name: &str,
    bytes: &[u8],
    held: &PrivateFile,
) -> Result<File, StoreError> {
    limit::expect_allowed(bytes.len() as u64).map_err(|error| StoreError::Write {
        place: dir.path.join(name).into(),
        source: error.into(),
    })?;
    let mut file = create(dir, name, held)?;
    // The umask may have removed some of these.
    let written = fchmod(&file, Mode::RUSR | Mode::WUSR)
        .map_err(io::Error::from)
        .and_then(|()| file.write_all(bytes));
    written.map(|()| file).map_err(|source| {
        discard(dir, name);
        StoreError::Write { place: dir.path.join(name).into(), source }
    })
}

/// Creates the temporary file for `name`, unless another writer has one.
///
/// Two writers never share one file, even where locks do nothing: the second waits for the first.
/// Only if the caller's lock really excludes others is an existing file known to be left over from
/// a killed process, and removed.
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

/// Moves the temporary file into place, replacing whatever is there, and makes that durable.
pub(super) fn replace(dir: &Dir, name: &str) -> Result<(), StoreError> {
    renameat(&dir.handle, temporary(name), &dir.handle, name).map_err(|e| {
        discard(dir, name);
        dir.failed(e)
    })?;
    dir.sync()
}

/// Replaces an existing file by the temporary one and makes that durable, or leaves the existing
/// one in place.
pub(super) fn exchange(dir: &Dir, name: &str) -> Result<(), StoreError> {
    let temporary = temporary(name);
    let swap = || renameat_with(&dir.handle, &temporary, &dir.handle, name, RenameFlags::EXCHANGE);
    match swap() {
        Ok(()) => {}
        // Without this call, a failing sync leaves it open which of the two is in place. Both are
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

/// Removes the temporary file, as far as possible.
pub(super) fn discard(dir: &Dir, name: &str) {
    let _ = remove(dir, &temporary(name));
}

/// Moves the temporary file into place unless something is there, and reports whether it did.
pub(super) fn publish(dir: &Dir, name: &str) -> Result<bool, StoreError> {
    rename_new(dir, &temporary(name), name)
}

/// Renames a file unless something has the new name, and reports whether it did.
pub(super) fn rename_new(dir: &Dir, old: &str, new: &str) -> Result<bool, StoreError> {
    match renameat_with(&dir.handle, old, &dir.handle, new, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(true),
        Err(Errno::EXIST) => Ok(false),
        Err(e) if is_unknown(e) => link_new(dir, old, new),
        Err(e) => Err(dir.failed(e)),
    }
}

/// Renames by a link and an unlink, for file systems without such a rename (FUSE, 9p, NFS).
///
/// Checking first and then renaming could replace a secret that a person or mfa.py creates in
/// between; a link replaces nothing. If the process is killed in between, the file has both names
/// and is refused under either, so that no code opens under both. The next sweep removes the old
/// name: it finds the new one by a temporary file, which is the old name itself or, when an app is
/// renamed, lies next to it.
fn link_new(dir: &Dir, old: &str, new: &str) -> Result<bool, StoreError> {
    match linkat(&dir.handle, old, &dir.handle, new, AtFlags::empty()) {
        Ok(()) => {}
        Err(Errno::EXIST) => return Ok(false),
        // Some file systems have no links either.
        Err(e) if is_unknown(e) || e == Errno::PERM => {
            let why = "the file system cannot rename without the risk of replacing a file";
            return Err(dir.failed(io::Error::new(io::ErrorKind::Unsupported, why)));
        }
        Err(e) => return Err(dir.failed(e)),
    }
    remove(dir, old).inspect_err(|_| drop(remove(dir, new)))?;
    Ok(true)
}

/// Reports whether a call failed because the file system, or an old kernel, does not support it.
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
