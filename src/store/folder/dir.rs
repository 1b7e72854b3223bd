//! A folder of the store, opened and checked once; everything in it is reached through it.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, chmodat, mkdirat, openat, stat};
use rustix::io::Errno;

use super::file::{self, PrivateFile};
use crate::store::{Fix, StoreError};

/// An open folder that nobody else can write to.
pub(super) struct Dir {
    pub(super) handle: File,
    pub(super) path: PathBuf,
}

impl Dir {
    /// Opens the store's top folder, or returns `None` if there is none.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, StoreError> {
        Self::checked(openat(CWD, path, folder_flags(), Mode::empty()), path.into())
            .map_err(as_owner)
    }

    /// Opens the store's top folder, creating it and its parents if need be.
    pub(super) fn open_or_new(path: &Path) -> Result<Self, StoreError> {
        if let Some(dir) = Self::open(path)? {
            return Ok(dir);
        }
        let failed = |source: io::Error| StoreError::Write { place: path.into(), source };
        let missing: Vec<&Path> =
            path.ancestors().take_while(|p| !p.as_os_str().is_empty() && !p.exists()).collect();
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        // Whatever the umask has taken away.
        chmodat(CWD, path, Mode::RWXU, AtFlags::empty()).map_err(|e| failed(e.into()))?;
        for parent in missing.iter().filter_map(|made| made.parent()) {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed)?;
        }
        Self::open(path)?.ok_or_else(|| failed(Errno::NOENT.into()))
    }

    /// Opens the folder again, to read its entries from the start.
    pub(super) fn again(&self) -> Result<File, StoreError> {
        let opened = openat(&self.handle, ".", folder_flags(), Mode::empty());
        opened
            .map(File::from)
            .map_err(|e| StoreError::Read { place: self.path.clone().into(), source: e.into() })
    }

    /// Opens a subfolder, or returns `None` if there is none.
    pub(super) fn sub(&self, name: &str) -> Result<Option<Self>, StoreError> {
        Self::checked(
            openat(&self.handle, name, folder_flags(), Mode::empty()),
            self.path.join(name),
        )
    }

    /// Opens a subfolder, creating it if need be.
    pub(super) fn sub_or_new(&self, name: &str) -> Result<Self, StoreError> {
        if let Some(dir) = self.sub(name)? {
            return Ok(dir);
        }
        let path = self.path.join(name);
        match mkdirat(&self.handle, name, Mode::RWXU) {
            Ok(()) => {
                // Whatever the umask has taken away.
                let made = chmodat(&self.handle, name, Mode::RWXU, AtFlags::empty());
                made.map_err(|e| self.failed(e))?;
                self.sync()?;
            }
            Err(Errno::EXIST) => {}
            Err(e) => return Err(StoreError::Write { place: path.into(), source: e.into() }),
        }
        let missing = StoreError::Write { place: path.into(), source: Errno::NOENT.into() };
        self.sub(name)?.ok_or(missing)
    }

    /// Opens a file in the folder for reading and checks that it is ours, or returns `None` if
    /// there is none.
    pub(super) fn file(&self, name: &str) -> Result<Option<PrivateFile>, StoreError> {
        let opened = self.readable(name)?;
        opened.map(|file| PrivateFile::check(file, self.path.join(name))).transpose()
    }

    /// Opens a file in the folder for reading, still unchecked, or returns `None` if there is none.
    pub(super) fn readable(&self, name: &str) -> Result<Option<File>, StoreError> {
        self.opened(name, self.open_file(name, OFlags::RDONLY))
    }

    /// Opens a file in the folder to be locked, still unchecked, or returns `None` if there is
    /// none.
    ///
    /// NFS grants an exclusive lock only on a file that is open for writing. A file that cannot be
    /// written is opened for reading, which is enough to lock it on other file systems.
    pub(super) fn lockable(&self, name: &str) -> Result<Option<File>, StoreError> {
        match self.open_file(name, OFlags::RDWR) {
            Err(Errno::ACCESS | Errno::PERM | Errno::ROFS | Errno::ISDIR) => self.readable(name),
            opened => self.opened(name, opened),
        }
    }

    /// Opens a file with `O_NONBLOCK`, so that a FIFO is refused at once rather than waited for.
    fn open_file(&self, name: &str, access: OFlags) -> rustix::io::Result<OwnedFd> {
        let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        openat(&self.handle, name, flags, Mode::empty())
    }

    fn opened(
        &self,
        name: &str,
        opened: rustix::io::Result<OwnedFd>,
    ) -> Result<Option<File>, StoreError> {
        let path = self.path.join(name);
        match opened {
            Ok(fd) => Ok(Some(fd.into())),
            Err(Errno::NOENT) => Ok(None),
            // A socket cannot be opened, and a link is not followed.
            Err(Errno::LOOP) => Err(linked(path)),
            Err(Errno::NXIO) => Err(unsafe_file(path, "is not a regular file")),
            Err(e) => Err(StoreError::Read { place: path.into(), source: e.into() }),
        }
    }

    /// Makes renames and removals in the folder durable.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.handle.sync_all().map_err(|source| self.failed(source))
    }

    /// Wraps the system's error from a write in the folder.
    pub(super) fn failed(&self, source: impl Into<std::io::Error>) -> StoreError {
        StoreError::Write { place: self.path.clone().into(), source: source.into() }
    }

    fn checked(
        opened: rustix::io::Result<OwnedFd>,
        path: PathBuf,
    ) -> Result<Option<Self>, StoreError> {
        match opened {
            Ok(fd) => {
                let handle = File::from(fd);
                file::check_folder(&handle, &path)?;
                Ok(Some(Self { handle, path }))
            }
            Err(Errno::NOENT) => Ok(None),
            Err(Errno::LOOP | Errno::NOTDIR) => Err(StoreError::Unsafe {
                place: path.into(),
                why: "is not a folder, or is a symbolic link to one",
                fix: None,
            }),
            Err(e) => Err(StoreError::Read { place: path.into(), source: e.into() }),
        }
    }
}

/// Returns the error for a symbolic link in place of a file.
pub(super) fn linked(path: PathBuf) -> StoreError {
    unsafe_file(path, "is a symbolic link")
}

/// Advises root to become the owner of a store, since taking it over would lock the owner out.
fn as_owner(error: StoreError) -> StoreError {
    match error {
        StoreError::Unsafe { place, why, fix: Some(Fix::Own(path, 0)) } => {
            let owner = stat(&path).ok().map(|stat| Fix::Become(path, stat.st_uid));
            StoreError::Unsafe { place, why, fix: owner }
        }
        other => other,
    }
}

fn unsafe_file(path: PathBuf, why: &'static str) -> StoreError {
    StoreError::Unsafe { place: path.into(), why, fix: None }
}

fn folder_flags() -> OFlags {
    OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC
}
