use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{FileType, fstat};
use zeroize::Zeroizing;

use super::{Key, Keys};
use crate::store::{Fix, StoreError, read};

/// The limit on the length of a key file in bytes: hundreds of keys.
const LONGEST: u64 = 64 * 1024;

/// Who laid a key file where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// Its owner.
    Anywhere,
    /// systemd, in the folder of a service's credentials: root's, and readable by its group.
    Credentials,
}

impl Keys {
    /// Reads a key file: a private regular file of ours or root's, or a FIFO such as `<(…)`.
    ///
    /// Links are followed; what they lead to is judged.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read, could have been read by others, or holds no keys.
    pub fn from_file(path: &Path, place: KeyPlace) -> Result<Vec<Key>, StoreError> {
        let file = File::open(path).map_err(|e| unreadable(path, e))?;
        check(&file, path, place)?;
        let text = whole(&file).map_err(|e| unreadable(path, e))?;
        let damaged = |why: String| StoreError::Damaged { place: path.into(), why };
        let text = std::str::from_utf8(&text).map_err(|_| damaged("it is not UTF-8".into()))?;
        let keys = Self::read(text).map_err(|e| damaged(e.to_string()))?;
        if keys.is_empty() { Err(damaged("there is no key in it".into())) } else { Ok(keys) }
    }
}

fn check(file: &File, path: &Path, place: KeyPlace) -> Result<(), StoreError> {
    let stat = fstat(file).map_err(|e| unreadable(path, e.into()))?;
    let refused = |why, fix| Err(StoreError::Unsafe { place: path.into(), why, fix });
    if !matches!(FileType::from_raw_mode(stat.st_mode), FileType::RegularFile | FileType::Fifo) {
        return refused("is neither a regular file nor a FIFO", None);
    }
    let us = rustix::process::geteuid().as_raw();
    if stat.st_uid != 0 && stat.st_uid != us {
        return refused("belongs to another user", Some(Fix::Own(path.into(), us)));
    }
    let is_credential = place == KeyPlace::Credentials && stat.st_uid == 0;
    let others = if is_credential { 0o037 } else { 0o077 };
    if stat.st_mode & others != 0 {
        return refused("is open to other users", Some(Fix::Close(path.into())));
    }
    Ok(())
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

fn unreadable(path: &Path, source: io::Error) -> StoreError {
    StoreError::Read { place: path.into(), source }
}
