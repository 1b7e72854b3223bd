//! The page in a real browser.

#![cfg(test)]
#![cfg(feature = "service")]

#[path = "../common/mod.rs"]
mod common;

use std::fs;

use common::TempStore;
use common::browser::{FOLDER, scene};

/// Plays a scene, in which nothing may go wrong.
#[track_caller]
fn play(name: &str) {
    let said = scene(&TempStore::new(), name).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ""), "{}", said.stdout);
}

macro_rules! scenes {
    ($($scene:ident)*) => {
        const SCENES: &[&str] = &[$(stringify!($scene)),*];
        $(
            #[test]
            #[ignore = "needs Chromium and playwright-core: .ci/run service"]
            fn $scene() {
                play(stringify!($scene));
            }
        )*
    };
}

scenes! {
    a_device_is_enrolled_by_a_link_and_a_code
    a_device_that_was_removed_is_told
    a_message_wakes_the_worker_which_shows_what_is_waiting
    a_page_of_another_site_cannot_frame_it
    a_request_expires
    a_request_is_approved_by_keyboard_alone
    a_request_is_approved_with_the_number_that_the_gate_shows
    a_request_is_denied_without_a_passkey
    a_request_that_is_cancelled_goes_away
    a_service_that_was_restarted_goes_on
    a_wrong_number_denies
    an_answer_that_comes_after_another_changes_nothing
    every_state_can_be_read_by_everybody
    hostile_names_are_text
    notifications_are_turned_on
    one_browser_is_a_device_of_two_apps
    two_devices_are_asked_and_one_answers
    without_a_connection_the_page_says_so_and_goes_on
    without_scripts_the_page_says_so
    without_verification_of_the_user_nothing_is_sent
}

#[test]
fn every_scene_is_played() {
    let files = fs::read_dir(format!("{FOLDER}/scenes")).unwrap();
    let mut files: Vec<_> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    let scenes: Vec<_> = SCENES.iter().map(|scene| format!("{scene}.mjs")).collect();
    assert_eq!(files, scenes);
}
