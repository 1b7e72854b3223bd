//! Bad input gets one clear line and the right status, and leaves the store as it was.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod codes;
mod create;
mod descriptors;
mod files;
mod folders;
mod logos;
mod names;
mod state;
mod streams;

use common::disk::snapshot;
use common::{Run, TempStore};

/// Asserts what a refused run says, and that the store is unchanged.
#[track_caller]
fn refused(store: &TempStore, run: Run, status: i32, stderr: &str) {
    let before = snapshot(store.outside());
    run.gives(status, "", stderr);
    assert_eq!(snapshot(store.outside()), before, "{stderr}");
    is_clear(stderr);
}

/// Asserts that this is one `error:` line with its `hint:` lines, in the style of all messages.
#[track_caller]
fn is_clear(stderr: &str) {
    let mut lines = stderr.strip_suffix('\n').unwrap().split('\n');
    let error = lines.next().unwrap().strip_prefix("error: ").unwrap();
    let lower = error == "Missing code" || error.starts_with("STORE") || error.starts_with("URI");
    assert!(lower || !error.starts_with(char::is_uppercase), "{error}");
    assert!(!error.ends_with('.') || error.ends_with("…"), "{error}");
    assert!(lines.all(|line| line.starts_with("hint: ")), "{stderr}");
    assert!(!stderr.replace('\n', "").contains(char::is_control), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}
