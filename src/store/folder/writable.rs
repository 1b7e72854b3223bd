//! Finding what cannot be written, without writing: a read-only mount, an immutable file.

use rustix::fs::{Access, AtFlags, accessat};
use rustix::io::Errno;

use super::audit;
use super::dir::Dir;
use super::held::LOCK;
use super::store_dirs::{StoreDirs, state_name};
use crate::domain::AppName;
use crate::store::{Finding, Fix, StoreError};

/// Finds the folders and files that the system does not let us change; each of them makes attempts
/// or enrolments fail.
pub(super) fn unwritable(
    store: &StoreDirs,
    state: Option<&Dir>,
    others: [Option<&Dir>; 2],
    apps: &[AppName],
) -> Vec<Finding> {
    if let Some(found) = look(&store.root, ".") {
        // Whatever it contains is on the same disk.
        return vec![found];
    }
    let folders = [Some(&store.secrets), state].into_iter().chain(others).flatten();
    let mut found: Vec<_> = folders.filter_map(|folder| look(folder, ".")).collect();
    found.extend([audit::NAME, LOCK].into_iter().filter_map(|name| look(&store.root, name)));
    if let Some(state) = state {
        found.extend(apps.iter().filter_map(|app| fixed(state, &state_name(app))));
    }
    found
}

/// Finds out whether we may write a file, or a folder as `.`.
fn look(folder: &Dir, name: &str) -> Option<Finding> {
    let flags = AtFlags::EACCESS | AtFlags::SYMLINK_NOFOLLOW;
    let error = accessat(&folder.handle, name, Access::WRITE_OK, flags).err()?;
    let path = if name == "." { folder.path.clone() } else { folder.path.join(name) };
    let fix = match error {
        // Even the owner of an immutable file is not permitted to write it, nor is root.
        Errno::PERM => Some(Fix::Release(path.clone())),
        Errno::ACCESS | Errno::ROFS => None,
        _ => return None,
    };
    let error = StoreError::Write { place: path.into(), source: error.into() };
    Some(Finding { fix, ..error.into() })
}

/// Finds a file that cannot be replaced; for that its mode does not matter.
fn fixed(folder: &Dir, name: &str) -> Option<Finding> {
    look(folder, name).filter(|found| found.fix.is_some())
}
