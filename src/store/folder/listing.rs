//! Reading the names in a folder, without looking at the entries themselves.

use std::ffi::CStr;

use rustix::fs::{FileType, RawDir};

use super::dir::Dir;
use super::durable;
use crate::domain::AppName;
use crate::store::StoreError;

/// The buffer size in bytes: room for some thousands of names, so that a large store needs few
/// system calls.
const BUFFER: usize = 256 * 1024;

/// The names in the folder of secrets, sorted out.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) apps: Vec<AppName>,
    /// The apps for which there are temporary files.
    pub(super) unfinished: Vec<AppName>,
    /// Names that are not valid for an app, and so could not be authenticated.
    pub(super) strange: Vec<String>,
}

/// Lists the apps, sorted, without opening or looking at any of them.
pub(super) fn read(secrets: &Dir) -> Result<Listing, StoreError> {
    let mut listing = Listing::default();
    each_name(secrets, is_file, |bytes| {
        // A name that is not UTF-8 is never valid, however it is shown.
        let Ok(name) = bytes.to_str() else {
            return listing.strange.push(bytes.to_string_lossy().into());
        };
        if let Ok(app) = name.parse() {
            listing.apps.push(app);
        } else if let Some(app) = durable::meant_for(name).and_then(|app| app.parse().ok()) {
            listing.unfinished.push(app);
        } else if !name.starts_with('.') {
            listing.strange.push(name.into());
        }
    })?;
    listing.apps.sort_unstable();
    Ok(listing)
}

/// Lists the names of all files in a folder.
pub(super) fn files(folder: &Dir) -> Result<Vec<String>, StoreError> {
    names(folder, is_file)
}

/// Lists the names of the folders in a folder that are not hidden.
pub(super) fn folders(folder: &Dir) -> Result<Vec<String>, StoreError> {
    let mut names = names(folder, |kind| !is_file(kind))?;
    names.retain(|name| !name.starts_with('.'));
    Ok(names)
}

fn names(folder: &Dir, wanted: fn(FileType) -> bool) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    each_name(folder, wanted, |name| names.push(name.to_string_lossy().into()))?;
    names.sort_unstable();
    Ok(names)
}

/// Reports whether an entry is anything but a folder.
fn is_file(kind: FileType) -> bool {
    kind != FileType::Directory
}

/// Calls `take` with the name of each entry of a wanted kind.
fn each_name(
    folder: &Dir,
    wanted: fn(FileType) -> bool,
    mut take: impl FnMut(&CStr),
) -> Result<(), StoreError> {
    let mut buffer = Vec::with_capacity(BUFFER);
    // Opened anew, since a handle that was read from already is at its end.
    let opened = folder.again()?;
    let mut entries = RawDir::new(&opened, buffer.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(|e| StoreError::Read {
            place: folder.path.clone().into(),
            source: e.into(),
        })?;
        if wanted(entry.file_type()) {
            take(entry.file_name());
        }
    }
    Ok(())
}
