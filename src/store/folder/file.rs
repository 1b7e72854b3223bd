//! What must be true of a file or folder before it is believed.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use rustix::fs::{AtFlags, FileType, OFlags, Stat, StatxFlags, fstat, statx};
use zeroize::Zeroizing;

use crate::domain::AppName;
use crate::store::{Fix, StoreError};

/// More than any state or secret; what is longer is not read to its end.
pub(super) const LONGEST: u64 = crate::domain::MAX_SECRET_TEXT as u64;

/// How often and how long apart a file with two links is looked at: a quarter of a second in all.
const LOOKS: u32 = 50;
const APART: Duration = Duration::from_millis(5);

/// An opened file that is known to be ours alone.
pub(super) struct PrivateFile {
    pub(super) handle: File,
    path: PathBuf,
    stat: Stat,
}

impl PrivateFile {
    /// Takes an opened file for one of ours: regular, one link, private, owned by root or us. One
    /// that has lost its only link was replaced since it was opened, and is what stood there then.
    ///
    /// It is open already, and no link was followed to it, so that nobody exchanges it between
    /// this look and its use.
    pub(super) fn check(handle: File, path: PathBuf) -> Result<Self, StoreError> {
        Self::check_kind(handle, path)?.private()
    }

    /// Takes it for one that says whom `app` lets in. Where others could have written it, no mode
    /// makes what it says true again, and `why` says what that means.
    pub(super) fn check_decisive(
        handle: File,
        path: PathBuf,
        app: &AppName,
        why: &'static str,
    ) -> Result<Self, StoreError> {
        let file = Self::check_kind(handle, path)?;
        if file.stat.st_mode & 0o022 == 0 {
            return file.private();
        }
        let fix = Some(Fix::Renew(file.path.clone(), app.as_str().into()));
        Err(StoreError::Unsafe { place: file.path.into(), why, fix })
    }

    fn private(self) -> Result<Self, StoreError> {
        if self.stat.st_mode & 0o077 != 0 {
            let fix = Some(Fix::Close(self.path.clone()));
            return Err(StoreError::Unsafe {
                place: self.path.into(),
                why: "is open to other users",
                fix,
            });
        }
        Ok(self)
    }

    fn check_kind(handle: File, path: PathBuf) -> Result<Self, StoreError> {
        let stat = stat(&handle, &path)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(StoreError::Unsafe {
                place: path.into(),
                why: "is not a regular file",
                fix: None,
            });
        }
        if stat.st_nlink > 1 && stays_linked(&handle) {
            return Err(StoreError::Unsafe {
                place: path.into(),
                why: "has more than one link",
                fix: None,
            });
        }
        check_owner(&stat, &path)?;
        Ok(Self { handle, path, stat })
    }

    /// Reports whether the lock that is held on it keeps others out: there are file systems where
    /// everyone gets every lock. A second opening must not be locked beside the first.
    pub(super) fn keeps_others_out(&self) -> bool {
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let again = File::options().read(true).custom_flags(flags).open(&self.path);
        again.is_ok_and(|again| matches!(again.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Reports whether its owner may read and write it.
    pub(super) fn is_writable(&self) -> bool {
        self.stat.st_mode & 0o600 == 0o600
    }

    /// Reports whether `other` is about this very file.
    pub(super) fn is(&self, other: &Stat) -> bool {
        (self.stat.st_dev, self.stat.st_ino) == (other.st_dev, other.st_ino)
    }

    /// Reads it whole into memory that is wiped, and refuses a long one without reading it.
    pub(super) fn read(&self) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let length = u64::try_from(self.stat.st_size).unwrap_or(u64::MAX);
        if length > LONGEST {
            return Err(self.damaged("longer than 64 KiB"));
        }
        // Its full length from the start, and read straight into it: neither growing nor std's
        // buffer on the stack leaves an unwiped copy behind.
        let mut bytes = Zeroizing::new(vec![0; usize::try_from(length).unwrap_or_default()]);
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match (&self.handle).read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(source) => {
                    return Err(StoreError::Read { place: self.path.clone().into(), source });
                }
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// Returns the refusal of what it holds.
    pub(super) fn damaged(&self, why: impl Into<String>) -> StoreError {
        StoreError::Damaged { place: self.path.clone().into(), why: why.into() }
    }
}

/// Takes an opened folder for one of ours: owned by root or us, and nobody else writes there.
pub(super) fn check_folder(folder: &File, path: &Path) -> Result<(), StoreError> {
    let stat = stat(folder, path)?;
    check_owner(&stat, path)?;
    if stat.st_mode & 0o022 != 0 {
        let fix = Some(Fix::Guard(path.into()));
        return Err(StoreError::Unsafe {
            place: path.into(),
            why: "can be written by other users",
            fix,
        });
    }
    Ok(())
}

/// Reports whether a file keeps more than one link. Where a rename is a link and an unlink, it has
/// two for a moment, and the kernel may remember them for longer: so the file system is asked.
fn stays_linked(file: &File) -> bool {
    let flags = AtFlags::EMPTY_PATH | AtFlags::STATX_FORCE_SYNC;
    (0..LOOKS).all(|_| {
        sleep(APART);
        statx(file, c"", flags, StatxFlags::NLINK).is_ok_and(|now| now.stx_nlink > 1)
    })
}

fn stat(file: &File, path: &Path) -> Result<Stat, StoreError> {
    fstat(file).map_err(|e| StoreError::Read { place: path.into(), source: e.into() })
}

fn check_owner(stat: &Stat, path: &Path) -> Result<(), StoreError> {
    let us = rustix::process::geteuid().as_raw();
    if stat.st_uid == 0 || stat.st_uid == us {
        return Ok(());
    }
    let fix = Some(Fix::Own(path.into(), us));
    Err(StoreError::Unsafe { place: path.into(), why: "belongs to another user", fix })
}
