//! The page in a real browser, with a passkey of the DevTools' virtual authenticator.

#![cfg(test)]
#![cfg(feature = "service")]

#[path = "../common/mod.rs"]
mod common;

use common::{TempStore, program};

/// Returns a variable of how the tests are run: `NODE_PATH`, where playwright-core and axe-core are, and
/// `MFA_SCREENSHOTS`, a folder for pictures of what was seen.
#[expect(clippy::disallowed_methods, reason = "how the tests are run is said from outside")]
fn told(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// Plays a scene against a service and a store of its own.
#[track_caller]
fn play(scene: &str) {
    let store = TempStore::new();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/play.mjs");
    let mut run = store.program("node", [script, scene]).env("HOME", store.outside());
    for name in ["NODE_PATH", "MFA_SCREENSHOTS"] {
        run = run.env(name, told(name));
    }
    let said = run.env("MFA_PROGRAM", program()).env("MFA_STORE", store.path()).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ""), "{}", said.stdout);
}

macro_rules! scenes {
    ($($scene:ident)*) => {$(
        #[test]
        #[ignore = "needs Chromium and playwright-core: .ci/run service"]
        fn $scene() {
            play(stringify!($scene));
        }
    )*};
}

scenes! {
    a_device_is_enrolled_by_a_link_and_a_code
    a_request_is_approved_with_the_number_that_the_gate_shows
    a_wrong_number_denies
    a_request_is_denied_without_a_passkey
    a_request_expires
    two_devices_are_asked_and_one_answers
    a_device_that_was_removed_is_told
    without_verification_of_the_user_nothing_is_sent
    a_service_that_was_restarted_goes_on
    without_a_connection_the_page_says_so_and_goes_on
    without_scripts_the_page_says_so
    hostile_names_are_text
    a_message_wakes_the_worker_which_shows_what_is_waiting
    every_state_can_be_read_by_everybody
}
