//! The audit log, to which lines are only ever added.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;

use rustix::fs::{
    Access, AtFlags, Mode, OFlags, accessat, fchmod, fstat, fstatvfs, openat, statat,
};
use rustix::io::Errno;

use super::dir::{Dir, linked};
use super::file::PrivateFile;
use super::{TRIES, limit, lock};
use crate::audit::Event;
use crate::store::StoreError;

pub(super) const NAME: &str = "audit.jsonl";

/// An upper bound on the length of a line in bytes: names have at most 128 bytes before escaping.
const LONGEST_LINE: u64 = 4096;

/// Fails if the log cannot be trusted, or if a read-only or full disk or a file size limit (`ulimit -f`)
/// leaves no room for a line.
///
/// An attempt that the log would not record must not count.
pub(super) fn expect_room(root: &Dir) -> Result<(), StoreError> {
    let (length, name) = match root.file(NAME)? {
        Some(log) => (log.handle.metadata().map_or(0, |log| log.len()), NAME),
        None => (0, "."),
    };
    let failed = |error: Errno| StoreError::Write {
        place: root.path.join(NAME).into(),
        source: error.into(),
    };
    let flags = AtFlags::EACCESS | AtFlags::SYMLINK_NOFOLLOW;
    if let Err(Errno::ROFS) = accessat(&root.handle, name, Access::WRITE_OK, flags) {
        return Err(failed(Errno::ROFS));
    }
    if fstatvfs(&root.handle).is_ok_and(|disk| disk.f_blocks > 0 && disk.f_bfree == 0) {
        return Err(failed(Errno::NOSPC));
    }
    limit::expect_allowed(length.saturating_add(LONGEST_LINE)).map_err(failed)
}

/// Appends a line, with a single write, to whichever file has the name now.
///
/// Lines of concurrent processes are thus never mixed, and none is lost when the file is rotated by
/// renaming it.
pub(super) fn append(root: &Dir, event: &Event) -> Result<(), StoreError> {
    let path = root.path.join(NAME);
    let failed = |source: std::io::Error| StoreError::Write { place: path.clone().into(), source };
    let mut log = held(root)?.handle;
    // A full disk may have left half a line; it must not spoil this one.
    let broken = if ends_in_the_middle(&log).map_err(failed)? { "\n" } else { "" };
    let whole = format!("{broken}{}\n", event.to_line());
    let length = log.metadata().map_err(failed)?.len().saturating_add(whole.len() as u64);
    limit::expect_allowed(length).map_err(|error| failed(error.into()))?;
    match log.write(whole.as_bytes()) {
        Ok(written) if written == whole.len() => Ok(()),
        Ok(_) => Err(failed(std::io::ErrorKind::StorageFull.into())),
        Err(error) => Err(failed(error)),
    }
}

/// Opens the log, creating it if need be, and locks it: a line that another process is still
/// writing would look like half a line.
fn held(root: &Dir) -> Result<PrivateFile, StoreError> {
    let flags = OFlags::RDWR
        | OFlags::APPEND
        | OFlags::CREATE
        | OFlags::NOFOLLOW
        | OFlags::NONBLOCK
        | OFlags::CLOEXEC;
    let path = || root.path.join(NAME);
    let failed = |e: Errno| StoreError::Write { place: path().into(), source: e.into() };
    for _ in 0..TRIES {
        let handle = match openat(&root.handle, NAME, flags, Mode::RUSR | Mode::WUSR) {
            Ok(fd) => File::from(fd),
            Err(Errno::LOOP) => return Err(linked(path())),
            Err(e) => return Err(failed(e)),
        };
        let log = PrivateFile::check(handle, path())?;
        if !log.is_writable() {
            // The umask may have removed some of these.
            fchmod(&log.handle, Mode::RUSR | Mode::WUSR).map_err(failed)?;
        }
        lock::hold(root, &log.handle)?;
        // It may have been rotated by a rename while we waited.
        match statat(&root.handle, NAME, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(now) if log.is(&now) => return Ok(log),
            Ok(_) | Err(Errno::NOENT) => {}
            Err(e) => return Err(failed(e)),
        }
    }
    Err(StoreError::Busy)
}

/// Opens the log for reading, or returns `None` if there is none.
pub(super) fn open(root: &Dir) -> Result<Option<File>, StoreError> {
    Ok(root.file(NAME)?.map(|file| file.handle))
}

fn ends_in_the_middle(log: &File) -> std::io::Result<bool> {
    let length = u64::try_from(fstat(log)?.st_size).unwrap_or_default();
    let mut last = [b'\n'];
    if length > 0 {
        log.read_exact_at(&mut last, length - 1)?;
    }
    Ok(last != *b"\n")
}
