//! Finding files that belong to no app, and files that a killed process left half written.
//!
//! Only files that mfa wrote have a fix: a folder of mfa.py may hold pictures of its owner's.

use std::path::Path;

use rustix::fs::{AtFlags, Stat, statat};

use super::dir::Dir;
use super::durable::meant_for;
use super::listing::{self, Listing};
use super::store_dirs::{remembers_nothing, state_name};
use crate::domain::{AppName, UnixTime};
use crate::store::{Finding, Fix};

/// The age from which on a temporary file counts as left behind, in seconds: writing one takes
/// milliseconds.
const LEFT_BEHIND: u64 = 60;

/// A folder of files named after apps, with a suffix.
pub(super) struct Kind<'a> {
    pub(super) folder: &'a Dir,
    pub(super) suffix: &'a str,
    /// Whether its files are there without an app too.
    pub(super) outlives: bool,
}

impl Kind<'_> {
    /// Finds the strays of a folder; `state` shows which apps there were.
    pub(super) fn strays(
        &self,
        listing: &Listing,
        state: Option<&Dir>,
        now: UnixTime,
    ) -> Vec<Finding> {
        let names = match listing::files(self.folder) {
            Ok(names) => names,
            Err(error) => return vec![error.into()],
        };
        let stray = |name: &String| {
            let path = self.folder.path.join(name);
            if meant_for(name).is_some_and(|target| self.app_of(target).is_some()) {
                return unfinished(self.folder, name, now);
            }
            match self.app_of(name) {
                Some(_) if self.outlives => None,
                Some(app) if listing.apps.binary_search(&app).is_ok() => None,
                Some(app) => Some(self.of_no_app(&app, name, &path, state)),
                None if name.starts_with('.') || self.suffix.is_empty() => None,
                None => Some(Finding::new(&path, "is nothing that mfa writes")),
            }
        };
        names.iter().filter_map(stray).collect()
    }

    fn of_no_app(&self, app: &AppName, name: &str, path: &Path, state: Option<&Dir>) -> Finding {
        let is_state = self.suffix == ".json";
        if is_state && !remembers_nothing(self.folder, name) {
            let why = "belongs to no app, and may remember codes that were used";
            return Finding::new(path, why);
        }
        // An image alone does not show who made it.
        let was_an_app = state.is_some_and(|state| look(state, &state_name(app)).is_some());
        if is_state || was_an_app {
            return Finding::fixed_by("belongs to no app", Fix::Remove(path.into()));
        }
        Finding::new(path, "belongs to no app")
    }

    /// Returns the app that a file of this name belongs to, if it can belong to one.
    fn app_of(&self, name: &str) -> Option<AppName> {
        name.strip_suffix(self.suffix)?.parse().ok()
    }
}

/// Finds a temporary file of this name that a killed process has left behind.
pub(super) fn unfinished(folder: &Dir, name: &str, now: UnixTime) -> Option<Finding> {
    let written = look(folder, name)?.st_mtime.try_into().unwrap_or_default();
    let why = "was left half written by a process that was killed";
    (now.0.saturating_sub(written) > LEFT_BEHIND)
        .then(|| Finding::fixed_by(why, Fix::Remove(folder.path.join(name))))
}

fn look(folder: &Dir, name: &str) -> Option<Stat> {
    statat(&folder.handle, name, AtFlags::SYMLINK_NOFOLLOW).ok()
}
