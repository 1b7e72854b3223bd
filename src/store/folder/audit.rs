//! The audit log: lines that are only ever added to.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;

use rustix::fs::{AtFlags, Mode, OFlags, fchmod, fstat, openat, statat};
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};

use super::dir::{Dir, linked};
use super::file::PrivateFile;
use super::{TRIES, lock};
use crate::audit::Event;
use crate::store::StoreError;

const NAME: &str = "audit.jsonl";

/// More bytes than any line has: names are of 128 bytes at most, whatever escaping adds.
const LONGEST_LINE: u64 = 4096;

/// Refuses where the log cannot be believed, or where a limit on the size of files (`ulimit -f`)
/// leaves no room for a line: an attempt must not count that the log would not tell of.
pub(super) fn expect_room(root: &Dir) -> Result<(), StoreError> {
    let length = match root.file(NAME)? {
        Some(log) => log.handle.metadata().map_or(0, |log| log.len()),
        None => 0,
    };
    match getrlimit(Resource::Fsize).current {
        Some(limit) if limit < length.saturating_add(LONGEST_LINE) => Err(StoreError::Write {
            place: root.path.join(NAME).into(),
            source: Errno::FBIG.into(),
        }),
        _ => Ok(()),
    }
}

/// Adds a line with one write to whatever file has the name now: processes that do so at once do not
/// mix their lines, and none is lost when the file is renamed to rotate it.
pub(super) fn append(root: &Dir, event: &Event) -> Result<(), StoreError> {
    let path = root.path.join(NAME);
    let failed = |source: std::io::Error| StoreError::Write { place: path.clone().into(), source };
    let mut log = held(root)?.handle;
    // A disk that was full may have kept half a line: it stays one, rather than spoil this.
    let broken = if ends_in_the_middle(&log).map_err(failed)? { "\n" } else { "" };
    let whole = format!("{broken}{}\n", event.to_line());
    match log.write(whole.as_bytes()) {
        Ok(written) if written == whole.len() => Ok(()),
        Ok(_) => Err(failed(std::io::ErrorKind::StorageFull.into())),
        Err(error) => Err(failed(error)),
    }
}

/// Opens the log, makes it where there is none, and holds it: a line that another process is just
/// writing looks like half of one.
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
            // Whatever the umask has taken away.
            fchmod(&log.handle, Mode::RUSR | Mode::WUSR).map_err(failed)?;
        }
        lock::hold(root, &log.handle)?;
        // While we waited, it may have been renamed, to rotate it.
        match statat(&root.handle, NAME, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(now) if log.is(&now) => return Ok(log),
            Ok(_) | Err(Errno::NOENT) => {}
            Err(e) => return Err(failed(e)),
        }
    }
    Err(StoreError::Busy)
}

/// Opens the log for reading; nothing where there is none.
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
