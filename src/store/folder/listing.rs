//! Reading the names in a folder, and nothing else of its entries.

use rustix::fs::{FileType, RawDir};

use super::dir::Dir;
use super::durable;
use crate::domain::AppName;
use crate::store::StoreError;

/// Holds some thousands of names, so that a large store needs few system calls.
const BUFFER: usize = 256 * 1024;

/// Is what the folder of secrets holds.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) apps: Vec<AppName>,
    /// What files that are not in their place yet are meant for.
    pub(super) unfinished: Vec<String>,
}

/// Lists the apps, sorted, without opening or looking at any of them.
///
/// What has no valid name is no app: it could not be authenticated.
pub(super) fn read(secrets: &Dir) -> Result<Listing, StoreError> {
    let mut listing = Listing::default();
    let mut buffer = Vec::with_capacity(BUFFER);
    // Its own opening: a folder that was read already stands at its end.
    let folder = secrets.again()?;
    let mut entries = RawDir::new(&folder, buffer.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        let entry =
            entry.map_err(|e| StoreError::Read { path: secrets.path.clone(), source: e.into() })?;
        if entry.file_type() == FileType::Directory {
            continue;
        }
        let Ok(name) = entry.file_name().to_str() else { continue };
        if let Some(target) = durable::meant_for(name) {
            listing.unfinished.push(target.into());
        } else if let Ok(app) = name.parse() {
            listing.apps.push(app);
        }
    }
    listing.apps.sort_unstable();
    Ok(listing)
}
