use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::domain::for_shell;

/// What makes an unsafe file or folder safe; shown, it is a shell command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fix {
    /// Take a file's bits for group and others away.
    Close(PathBuf),
    /// Take a folder's write bits for group and others away.
    Guard(PathBuf),
    /// Take all of a folder's bits for group and others away.
    Hide(PathBuf),
    /// Remove a file that is not needed any more.
    Remove(PathBuf),
    /// Give it to the user of this number; for a person to decide.
    Own(PathBuf, u32),
    /// Become the user of this number, whose store it is, rather than take it away from them.
    Become(PathBuf, u32),
    /// Enrol the app of this name anew; no mode takes back what others could write.
    Renew(PathBuf, String),
}

impl Fix {
    /// Returns what it is done to.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Close(path)
            | Self::Guard(path)
            | Self::Hide(path)
            | Self::Remove(path)
            | Self::Own(path, _)
            | Self::Become(path, _)
            | Self::Renew(path, _) => path,
        }
    }

    /// Does it, where that is safe to do without asking; reports whether it did.
    ///
    /// # Errors
    /// What the system said.
    pub fn apply(&self) -> io::Result<bool> {
        match self {
            Self::Close(path) => change_mode(path, 0o600).map(|()| true),
            Self::Guard(path) => change_mode(path, 0o7755).map(|()| true),
            Self::Hide(path) => change_mode(path, 0o700).map(|()| true),
            Self::Remove(path) => std::fs::remove_file(path).map(|()| true),
            Self::Own(..) | Self::Become(..) | Self::Renew(..) => Ok(false),
        }
    }
}

/// Takes from the mode what `mask` lacks; follows no link.
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
