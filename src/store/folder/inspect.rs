//! Finding everything that is wrong with a store, rather than the first thing.

use std::path::Path;

use rustix::fs::fstat;

use super::dir::Dir;
use super::held::{HeldStore, LOCK};
use super::store_dirs::{StoreDirs, image_name};
use super::strays::Kind;
use super::writable::unwritable;
use super::{audit, listing};
use crate::domain::{Account, AppName, UnixTime};
use crate::store::{Finding, Fix, StoreError};

/// The time that an image may wait to be scanned, in seconds: a day.
const SCANNED: u64 = 24 * 60 * 60;

/// Finds the problems of a store; the contents of an unsafe folder are examined only once it is
/// safe.
pub(super) fn inspect(root: &Path, now: UnixTime, held: Option<&HeldStore>) -> Vec<Finding> {
    match StoreDirs::open(root) {
        Ok(None) => vec![Finding::new(root, "is not a store: it has no folder of secrets")],
        Err(error) => vec![error.into()],
        Ok(Some(store)) => match folders(&store) {
            Err(findings) => findings,
            Ok((state, img)) => contents(&store, state.as_ref(), img.as_ref(), now, held),
        },
    }
}

fn folders(store: &StoreDirs) -> Result<(Option<Dir>, Option<Dir>), Vec<Finding>> {
    match (store.root.sub("state"), store.root.sub("img")) {
        (Ok(state), Ok(img)) => Ok((state, img)),
        (state, img) => {
            Err([state.err(), img.err()].into_iter().flatten().map(Finding::from).collect())
        }
    }
}

fn contents(
    store: &StoreDirs,
    state: Option<&Dir>,
    img: Option<&Dir>,
    now: UnixTime,
    held: Option<&HeldStore>,
) -> Vec<Finding> {
    let listing = match listing::read(&store.secrets) {
        Ok(listing) => listing,
        Err(error) => return vec![error.into()],
    };
    // An untrusted log blocks every authentication, and an untrusted lock every enrolment.
    let unusable = [audit::open(&store.root).err(), store.root.file(LOCK).err()];
    let mut found: Vec<Finding> = unusable.into_iter().flatten().map(Finding::from).collect();
    found.extend(unwritable(store, state, img, &listing.apps));
    found.extend(held.and_then(locks_that_do_nothing));
    for name in &listing.strange {
        found.push(Finding::new(
            &store.secrets.path.join(name),
            "is not a valid app name, and is never listed",
        ));
    }
    for app in &listing.apps {
        match account(store, app) {
            Ok(account) => found.extend(inspect_app(store, img, app, &account, now)),
            Err(error) => found.push(error.into()),
        }
    }
    for (folder, suffix) in [(Some(&store.secrets), ""), (state, ".json"), (img, ".png")] {
        let Some(folder) = folder else { continue };
        found.extend(open_to_others(folder));
        found.extend(strange_folders(folder));
        if held.is_some() {
            found.extend(Kind { folder, suffix }.strays(&listing, state, now));
        }
    }
    found
}

/// Finds a file system on which two processes may hold one lock.
///
/// A code is still accepted only once there, but what killed processes leave unfinished cannot be
/// told from work in progress.
fn locks_that_do_nothing(held: &HeldStore) -> Option<Finding> {
    let why = "is on a file system whose locks do nothing, which is no place for a gate";
    (!held.lock.keeps_others_out()).then(|| Finding::new(&held.store.root.path, why))
}

/// Finds a folder that others can read.
///
/// They see which apps there are, and by opening the folder of secrets they can lock it and so hold
/// up whoever enrols or removes one.
fn open_to_others(folder: &Dir) -> Option<Finding> {
    let stat = fstat(&folder.handle).ok()?;
    (stat.st_mode & 0o077 != 0)
        .then(|| Finding::fixed_by("can be read by other users", Fix::Hide(folder.path.clone())))
}

/// Finds folders, where only files are read.
fn strange_folders(folder: &Dir) -> Vec<Finding> {
    let why = "is a folder, and nothing in it is ever read";
    match listing::folders(folder) {
        Ok(names) => names.iter().map(|name| Finding::new(&folder.path.join(name), why)).collect(),
        Err(error) => vec![error.into()],
    }
}

fn account(store: &StoreDirs, app: &AppName) -> Result<Account, StoreError> {
    Ok(store.account(app, &store.secret(app)?.secret()?)?.0)
}

fn inspect_app(
    store: &StoreDirs,
    img: Option<&Dir>,
    app: &AppName,
    account: &Account,
    now: UnixTime,
) -> Vec<Finding> {
    let mut found = Vec::new();
    if account.is_ahead(now) {
        let why = "was used while the clock was ahead: codes are refused until that time comes";
        found.push(Finding::new(&store.secrets.path.join(app.as_str()), why));
    }
    let Some(img) = img else { return found };
    let (name, path) = (image_name(app), img.path.join(image_name(app)));
    match img.file(&name) {
        Ok(None) => {}
        Err(error) => found.push(error.into()),
        Ok(Some(_)) => {
            let enrolled_long_ago =
                account.created.is_none_or(|created| now.0.saturating_sub(created.0) > SCANNED);
            if account.last_used.is_some() || enrolled_long_ago {
                found.push(Finding::fixed_by(
                    "still shows the secret of an app that is in use",
                    Fix::Remove(path),
                ));
            }
        }
    }
    found
}
