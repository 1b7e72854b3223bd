//! Finding everything that is wrong with a store, rather than the first thing.

use rustix::fs::fstat;

use super::Folder;
use super::dir::Dir;
use super::held::{HeldStore, LOCK};
use super::store_dirs::{StoreDirs, image_name};
use super::stored::Plain;
use super::strays::{self, Kind};
use super::writable::unwritable;
use super::{audit, clients, config, durable, listing, policy};
use crate::domain::{Account, AppName, UnixTime};
use crate::store::sealing::is_sealed;
use crate::store::{Finding, Fix, StoreError};

/// The time that an image may wait to be scanned, in seconds: a day.
const SCANNED: u64 = 24 * 60 * 60;

/// Finds the problems of a store; the contents of an unsafe folder are examined only once it is
/// safe.
pub(super) fn inspect(folder: &Folder, now: UnixTime, held: Option<&HeldStore>) -> Vec<Finding> {
    let root = folder.root();
    match folder.dirs() {
        Ok(None) => vec![Finding::new(root, "is not a store: it has no folder of secrets")],
        Err(error) => vec![error.into()],
        Ok(Some(store)) => match folders(&store) {
            Err(findings) => findings,
            Ok(folders) => contents(&store, &folders, now, held),
        },
    }
}

/// The folders that may not be there yet.
struct Folders {
    state: Option<Dir>,
    img: Option<Dir>,
    policy: Option<Dir>,
}

fn folders(store: &StoreDirs) -> Result<Folders, Vec<Finding>> {
    match ["state", "img", policy::FOLDER].map(|name| store.root.sub(name)) {
        [Ok(state), Ok(img), Ok(policy)] => Ok(Folders { state, img, policy }),
        folders => Err(folders.into_iter().filter_map(Result::err).map(Finding::from).collect()),
    }
}

fn contents(
    store: &StoreDirs,
    folders: &Folders,
    now: UnixTime,
    held: Option<&HeldStore>,
) -> Vec<Finding> {
    let [state, img, policy] = [&folders.state, &folders.img, &folders.policy].map(Option::as_ref);
    let listing = match listing::read(&store.secrets) {
        Ok(listing) => listing,
        Err(error) => return vec![error.into()],
    };
    // An untrusted log blocks every authentication, an untrusted lock every enrolment, and an
    // untrusted configuration whatever needs one.
    let config = config::read(&store.root, store.sealing.as_ref());
    let unusable = [audit::open(&store.root).err(), store.root.file(LOCK).err(), config.err()];
    let mut found: Vec<Finding> = unusable.into_iter().flatten().map(Finding::from).collect();
    found.extend(unwritable(store, state, [img, policy], &listing.apps));
    found.extend(held.and_then(locks_that_do_nothing));
    if held.is_some() {
        let unfinished = [config::NAME, clients::NAME].map(durable::temporary);
        let left = |name: &String| strays::unfinished(&store.root, name, now);
        found.extend(unfinished.iter().filter_map(left));
    }
    for name in &listing.strange {
        found.push(Finding::new(
            &store.secrets.path.join(name),
            "is not a valid app name, and is never listed",
        ));
    }
    for app in &listing.apps {
        match account(store, app) {
            Ok((account, is_sealed)) => {
                found.extend(step_ahead(store, app, &account, now));
                found.extend(image(img, app, &account, is_sealed, now));
            }
            Err(error) => found.push(error.into()),
        }
    }
    found.extend(memories(store));
    found.extend(callers(store).err().map(Finding::from));
    let all = [(Some(&store.secrets), ""), (state, ".json"), (img, ".png"), (policy, ".json")];
    for (folder, suffix) in all {
        let Some(folder) = folder else { continue };
        found.extend(open_to_others(folder));
        found.extend(strange_folders(folder));
        if held.is_some() {
            // What a policy remembers outlives an app, and may come before it.
            let outlives = policy.is_some_and(|policy| std::ptr::eq(policy, folder));
            found.extend(Kind { folder, suffix, outlives }.strays(&listing, state, now));
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

/// Finds what a policy remembers and cannot be believed.
fn memories(store: &StoreDirs) -> Vec<Finding> {
    let names = match store.policy_names() {
        Ok(names) => names,
        Err(error) => return vec![error.into()],
    };
    let memories = names.iter().filter_map(|name| store.policy_memory(name).err());
    memories.chain(store.sms_quota().err()).map(Finding::from).collect()
}

/// Reads the callers of the service, as far as this build knows them.
fn callers(store: &StoreDirs) -> Result<(), StoreError> {
    #[cfg(feature = "service")]
    store.clients()?;
    store.clients_file(Plain::AsAllowed).map(drop)
}

/// Reads an account, and whether the secret of its app is sealed.
fn account(store: &StoreDirs, app: &AppName) -> Result<(Account, bool), StoreError> {
    let secret = store.secret(app)?;
    let bytes = secret.read()?;
    Ok((store.account(app, &secret, &bytes)?, is_sealed(&bytes)))
}

/// Finds an app whose codes are refused because one was accepted while the clock was ahead.
fn step_ahead(
    store: &StoreDirs,
    app: &AppName,
    account: &Account,
    now: UnixTime,
) -> Option<Finding> {
    let why = "was used while the clock was ahead: codes are refused until that time comes";
    let path = store.secrets.path.join(app.as_str());
    account.is_ahead(now).then(|| Finding::new(&path, why))
}

/// Finds an image that nobody needs any more, or that shows what is sealed.
fn image(
    img: Option<&Dir>,
    app: &AppName,
    account: &Account,
    is_sealed: bool,
    now: UnixTime,
) -> Option<Finding> {
    let img = img?;
    match img.file(&image_name(app)) {
        Ok(image) => image?,
        Err(error) => return Some(error.into()),
    };
    let enrolled_long_ago =
        account.created.is_none_or(|created| now.0.saturating_sub(created.0) > SCANNED);
    let problem = if is_sealed {
        "shows the secret of an app whose secret is sealed"
    } else if account.last_used.is_some() || enrolled_long_ago {
        "still shows the secret of an app that is in use"
    } else {
        return None;
    };
    Some(Finding::fixed_by(problem, Fix::Remove(img.path.join(image_name(app)))))
}
