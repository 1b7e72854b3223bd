//! Files outside a store that decide whom it lets in: a key, a policy, a gateway's secret.

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{FileType, Mode, OFlags, Stat, fstat, open};
use zeroize::Zeroizing;

use super::{Fix, StoreError, read};

/// The limit on the length of such a file in bytes: hundreds of keys.
const LONGEST: u64 = 64 * 1024;

/// Whoever else may read a file; nobody else may write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Nobody but its owner.
    Owner,
    /// The group of a file of root's.
    RootsGroup,
    /// Everybody.
    Everyone,
}

/// Reads a regular file of ours or root's.
///
/// Links are followed; what they lead to is judged. A FIFO is refused at once, since a login or a service
/// would wait for its writer.
///
/// # Errors
/// [`StoreError`] if it cannot be read, is too long, or could have been read or written by others.
pub(crate) fn read_trusted(
    path: &Path,
    readers: Readers,
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = open(path, flags, Mode::empty()).map_err(|e| unreadable(path, e.into()))?;
    let (file, why) = (File::from(file), "is not a regular file");
    judged(&file, path, readers, (&[FileType::RegularFile], why))
}

/// Reads a regular file of ours or root's, or a FIFO such as `<(…)`, whose writer is waited for.
///
/// # Errors
/// As for [`read_trusted`].
pub(crate) fn read_trusted_or_fifo(
    path: &Path,
    readers: Readers,
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let file = File::open(path).map_err(|e| unreadable(path, e))?;
    let why = "is neither a regular file nor a FIFO";
    judged(&file, path, readers, (&[FileType::RegularFile, FileType::Fifo], why))
}

fn judged(
    file: &File,
    path: &Path,
    readers: Readers,
    (kinds, why): (&[FileType], &'static str),
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let stat = fstat(file).map_err(|e| unreadable(path, e.into()))?;
    if !kinds.contains(&FileType::from_raw_mode(stat.st_mode)) {
        return Err(StoreError::Unsafe { place: path.into(), why, fix: None });
    }
    check(&stat, path, readers)?;
    whole(file).map_err(|e| unreadable(path, e))
}

fn check(stat: &Stat, path: &Path, readers: Readers) -> Result<(), StoreError> {
    let refused = |why, fix| Err(StoreError::Unsafe { place: path.into(), why, fix });
    let us = rustix::process::geteuid().as_raw();
    if stat.st_uid != 0 && stat.st_uid != us {
        return refused("belongs to another user", Some(Fix::Own(path.into(), us)));
    }
    let others = match readers {
        Readers::Everyone => 0o022,
        Readers::RootsGroup if stat.st_uid == 0 => 0o037,
        Readers::RootsGroup | Readers::Owner => 0o077,
    };
    match stat.st_mode & others {
        0 => Ok(()),
        _ if readers == Readers::Everyone => {
            refused("can be written by other users", Some(Fix::Guard(path.into())))
        }
        _ => refused("is open to other users", Some(Fix::Close(path.into()))),
    }
}

/// Reads a file up to the limit; a FIFO does not tell its length.
fn whole(file: &File) -> io::Result<Zeroizing<Vec<u8>>> {
    let told = fstat(file)?.st_size;
    let length = u64::try_from(told).ok().filter(|length| *length > 0).unwrap_or(LONGEST);
    let most = usize::try_from(length.min(LONGEST)).unwrap_or_default();
    let text = read::up_to(file, most + 1)?;
    if text.len() as u64 > LONGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than 64 KiB"));
    }
    Ok(text)
}

/// Returns the error for a file that cannot be read.
pub(crate) fn unreadable(path: &Path, source: io::Error) -> StoreError {
    StoreError::Read { place: path.into(), source }
}

#[cfg(test)]
mod tests {
    use rustix::fs::{CWD, mknodat};

    use super::*;

    #[test]
    fn a_fifo_is_refused_at_once_where_nobody_may_wait_for_its_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fifo");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let refused = read_trusted(&path, Readers::Owner).unwrap_err().to_string();
        assert_eq!(refused, format!("{} is not a regular file", path.display()));
    }
}
