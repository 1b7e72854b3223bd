//! Reading the names in a folder, and nothing else of its entries.

use std::ffi::CStr;

use rustix::fs::{FileType, RawDir};

use super::dir::Dir;
use super::durable;
use crate::domain::AppName;
use crate::store::StoreError;

/// Room for some thousands of names, so that a large store needs few system calls.
const BUFFER: usize = 256 * 1024;

/// What the folder of secrets holds.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) apps: Vec<AppName>,
    /// The apps that files which are not in their place yet are meant for.
    pub(super) unfinished: Vec<AppName>,
    /// What has no valid name and is no app: it could not be authenticated.
    pub(super) strange: Vec<String>,
}

/// Lists the apps, sorted, without opening or looking at any of them.
pub(super) fn read(secrets: &Dir) -> Result<Listing, StoreError> {
    let mut listing = Listing::default();
    each_name(secrets, |bytes| {
        // A name that is no UTF-8 is none, however it is shown.
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

/// Lists all names in a folder.
pub(super) fn names(folder: &Dir) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    each_name(folder, |name| names.push(name.to_string_lossy().into()))?;
    names.sort_unstable();
    Ok(names)
}

/// Calls `take` with the name of each entry that is no folder.
fn each_name(folder: &Dir, mut take: impl FnMut(&CStr)) -> Result<(), StoreError> {
    let mut buffer = Vec::with_capacity(BUFFER);
    // Its own opening: a folder that was read already stands at its end.
    let opened = folder.again()?;
    let mut entries = RawDir::new(&opened, buffer.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(|e| StoreError::Read {
            place: folder.path.clone().into(),
            source: e.into(),
        })?;
        if entry.file_type() != FileType::Directory {
            take(entry.file_name());
        }
    }
    Ok(())
}
