use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::domain::for_shell;

/// A remedy for an unsafe file or folder, displayed as a shell command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fix {
    /// Removal of a file's permissions for group and others.
    Close(PathBuf),
    /// Removal of a folder's write permissions for group and others.
    Guard(PathBuf),
    /// Removal of all of a folder's permissions for group and others.
    Hide(PathBuf),
    /// Removal of a file that is no longer needed.
    Remove(PathBuf),
    /// A change of owner to the user with this ID, which a person has to decide on.
    Own(PathBuf, u32),
    /// A switch to the user with this ID, who owns the store, rather than taking it from them.
    Become(PathBuf, u32),
    /// Removal of the attribute that makes a file immutable, which somebody has set on purpose.
    Release(PathBuf),
    /// A new enrolment of the app of this name: no change of mode undoes what others may have
    /// written.
    Renew(PathBuf, String),
    /// Forgetting the devices and locations of this name: some may be those of others.
    Forget(PathBuf, String),
    /// Looking through the clients of the service: some may be those of others.
    Review(PathBuf),
    /// Sealing the secret of the app of this name, once a person knows that it is theirs.
    Seal(PathBuf, String),
    /// Giving the configuration a MAC of the key, once a person knows that it is theirs.
    Vouch(PathBuf),
}

impl Fix {
    /// Returns the path that the fix applies to.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Close(path)
            | Self::Guard(path)
            | Self::Hide(path)
            | Self::Remove(path)
            | Self::Own(path, _)
            | Self::Become(path, _)
            | Self::Release(path)
            | Self::Renew(path, _)
            | Self::Forget(path, _)
            | Self::Review(path)
            | Self::Seal(path, _)
            | Self::Vouch(path) => path,
        }
    }

    /// Applies the fix if that is safe without asking, and reports whether it did.
    ///
    /// # Errors
    /// The error of the system call.
    pub fn apply(&self) -> io::Result<bool> {
        match self {
            Self::Close(path) => change_mode(path, 0o600).map(|()| true),
            Self::Guard(path) => change_mode(path, 0o7755).map(|()| true),
            Self::Hide(path) => change_mode(path, 0o700).map(|()| true),
            Self::Remove(path) => std::fs::remove_file(path).map(|()| true),
            Self::Own(..)
            | Self::Become(..)
            | Self::Release(_)
            | Self::Renew(..)
            | Self::Forget(..)
            | Self::Review(_)
            | Self::Seal(..)
            | Self::Vouch(_) => Ok(false),
        }
    }
}

/// Clears the mode bits that `mask` lacks, without following links.
fn change_mode(path: &Path, mask: u32) -> io::Result<()> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    let mode = file.metadata()?.permissions().mode() & mask & 0o7777;
    file.set_permissions(PermissionsExt::from_mode(mode))
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Close(path) => write!(f, "chmod 600 {}", shown(path)),
            Self::Guard(path) => write!(f, "chmod go-w {}", shown(path)),
            Self::Hide(path) => write!(f, "chmod 700 {}", shown(path)),
            Self::Remove(path) => write!(f, "rm {}", shown(path)),
            Self::Own(path, user) => write!(f, "chown {user} {}", shown(path)),
            Self::Become(_, user) => write!(f, "sudo -u '#{user}' mfa …"),
            Self::Release(path) => write!(f, "chattr -i {}", shown(path)),
            Self::Seal(_, app) => write!(f, "mfa encrypt {}", for_shell(app)),
            Self::Review(path) => write!(f, "chmod 600 {} && mfa clients list", shown(path)),
            Self::Forget(path, name) => {
                let name = for_shell(name);
                write!(f, "chmod 600 {} && mfa policy forget {name}", shown(path))
            }
            Self::Vouch(_) => f.write_str("mfa encrypt"),
            Self::Renew(path, app) => {
                let app = for_shell(app);
                write!(f, "chmod 600 {} && mfa create --force --app {app} …", shown(path))
            }
        }
    }
}

fn shown(path: &Path) -> String {
    for_shell(&path.to_string_lossy())
}
