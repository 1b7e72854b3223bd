//! The audit log: lines that are only ever added to.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;

use rustix::fs::{Mode, OFlags, fstat, openat};
use rustix::io::Errno;

use super::dir::Dir;
use super::file::PrivateFile;
use super::lock;
use crate::store::StoreError;

const NAME: &str = "audit.jsonl";

/// Adds a line with one write to whatever file has the name now: processes that do so at once do not
/// mix their lines, and none is lost when the file is renamed to rotate it.
pub(super) fn append(root: &Dir, line: &str) -> Result<(), StoreError> {
    let flags = OFlags::RDWR
        | OFlags::APPEND
        | OFlags::CREATE
        | OFlags::NOFOLLOW
        | OFlags::NONBLOCK
        | OFlags::CLOEXEC;
    let path = root.path.join(NAME);
    let failed = |source: std::io::Error| StoreError::Write { path: path.clone(), source };
    let mut log = match openat(&root.handle, NAME, flags, Mode::RUSR | Mode::WUSR) {
        Ok(fd) => PrivateFile::check(File::from(fd), path.clone())?.handle,
        Err(Errno::LOOP) => {
            return Err(StoreError::Unsafe { path, why: "is a symbolic link", mend: None });
        }
        Err(e) => return Err(failed(e.into())),
    };
    // Held, since a line that another process is just writing looks like half of one.
    lock::hold(root, &log)?;
    // A disk that was full may have kept half a line: it stays one, rather than spoil this.
    let broken = if ends_in_the_middle(&log).map_err(failed)? { "\n" } else { "" };
    let whole = format!("{broken}{line}\n");
    match log.write(whole.as_bytes()) {
        Ok(written) if written == whole.len() => Ok(()),
        Ok(_) => Err(failed(std::io::ErrorKind::StorageFull.into())),
        Err(error) => Err(failed(error)),
    }
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
