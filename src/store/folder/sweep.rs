//! Clearing away what a killed enrolment left.

use super::durable::{remove, temporary};
use super::enrol::Enrolling;
use super::opened::{image_name, read_state, state_name};
use super::record;
use crate::domain::{AppName, Guard};

/// Removes the unfinished files of these names; failing to is no failure of what comes next.
///
/// The caller holds the lock that every enrolment holds, so nobody is writing them.
pub(super) fn sweep(enrolling: &Enrolling, unfinished: &[String]) {
    for name in unfinished {
        // Last: while it is there, the next sweep knows that there is something to do.
        if let Ok(app) = name.parse() {
            sweep_app(enrolling, &app);
        }
        let _ = remove(&enrolling.store.secrets, &temporary(name));
    }
}

fn sweep_app(enrolling: &Enrolling, app: &AppName) {
    let (state, img) = (state_name(app), image_name(app));
    let _ = remove(&enrolling.img, &temporary(&img));
    // Where the app exists, someone who verifies a code may be writing its state just now; that
    // file is overwritten by the next who does.
    if enrolling.store.exists(app).unwrap_or(true) {
        return;
    }
    let _ = remove(&enrolling.state, &temporary(&state));
    let _ = remove(&enrolling.img, &img);
    forget(enrolling, app);
}

/// Removes the state of an app that is none, unless it remembers something.
pub(super) fn forget(enrolling: &Enrolling, app: &AppName) {
    let remembers_nothing = read_state(&enrolling.state, app).is_ok_and(|state| {
        state.is_some_and(|(_, bytes)| {
            record::read_orphan(&bytes).is_ok_and(|account| account.guard == Guard::default())
        })
    });
    if remembers_nothing {
        let _ = remove(&enrolling.state, &state_name(app));
    }
}
