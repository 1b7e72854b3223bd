//! The checks that a file or folder must pass before it is trusted.

use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use rustix::fs::{AtFlags, FileType, OFlags, Stat, StatxFlags, fstat, statx};
use zeroize::Zeroizing;

use crate::store::{Fix, Place, StoreError, read};

/// An upper bound on the size of a state or secret in bytes; anything longer is not read.
pub(super) const LONGEST: u64 = crate::domain::MAX_SECRET_TEXT as u64;

/// The number of times that a file with two links is checked, and the pause between: a quarter of a
/// second in all.
const LOOKS: u32 = 50;
const APART: Duration = Duration::from_millis(5);

/// An open file that is known to be ours alone.
pub(super) struct PrivateFile {
    pub(super) handle: File,
    pub(super) path: PathBuf,
    stat: Stat,
}

impl PrivateFile {
    /// Checks that an open file is one of ours: regular, with one link, private, and owned by root
    /// or us.
    ///
    /// A file without any link was replaced after it was opened, and passes.
    ///
    /// It is open already, and no symbolic link was followed to it, so that nobody can exchange it
    /// between this check and its use.
    pub(super) fn check(handle: File, path: PathBuf) -> Result<Self, StoreError> {
        Self::check_kind(handle, path)?.private()
    }

    /// Checks a file that decides whom an app lets in.
    ///
    /// If others could have written it, no change of mode makes its contents trustworthy again:
    /// `why` says what follows, and `fix` what helps.
    pub(super) fn check_decisive(
        handle: File,
        path: PathBuf,
        fix: Fix,
        why: &'static str,
    ) -> Result<Self, StoreError> {
        let file = Self::check_kind(handle, path)?;
        if file.stat.st_mode & 0o022 == 0 {
            return file.private();
        }
        Err(StoreError::Unsafe { place: file.path.into(), why, fix: Some(fix) })
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

    /// Reports whether the lock held on the file excludes others.
    ///
    /// On some file systems everyone gets every lock; elsewhere a second opening must fail to lock.
    pub(super) fn keeps_others_out(&self) -> bool {
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let again = File::options().read(true).custom_flags(flags).open(&self.path);
        again.is_ok_and(|again| matches!(again.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Reports whether the file's owner may read and write it.
    pub(super) fn is_writable(&self) -> bool {
        self.stat.st_mode & 0o600 == 0o600
    }

    /// Reports whether `other` describes this very file.
    pub(super) fn is(&self, other: &Stat) -> bool {
        (self.stat.st_dev, self.stat.st_ino) == (other.st_dev, other.st_ino)
    }

    /// Reads the whole file into memory that is wiped on drop; refuses a long one without reading
    /// it.
    pub(super) fn read(&self) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let length = u64::try_from(self.stat.st_size).unwrap_or(u64::MAX);
        if length > LONGEST {
            return Err(self.damaged("longer than 64 KiB"));
        }
        read::up_to(&self.handle, usize::try_from(length).unwrap_or_default())
            .map_err(|source| StoreError::Read { place: self.place(), source })
    }

    /// Returns the path, as errors show it.
    pub(super) fn place(&self) -> Place {
        self.path.clone().into()
    }

    /// Returns the error for unusable contents of the file.
    pub(super) fn damaged(&self, why: impl Into<String>) -> StoreError {
        StoreError::Damaged { place: self.path.clone().into(), why: why.into() }
    }
}

/// Checks that an open folder is one of ours: owned by root or us, and writable by nobody else.
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

/// Reports whether a file keeps more than one link.
///
/// Where a rename is a link and an unlink, the file has two for a moment, and the kernel may
/// remember them for longer, so the file system itself is asked.
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
