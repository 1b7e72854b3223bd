//! Processes that meet at one app while it is replaced, renamed or tampered with, and while some
//! are killed.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod killed;
mod steps;
mod tampered;

use std::thread::sleep;
use std::time::Duration;

use common::codes::{SECRET, now, secret};
use common::{Run, Said, TempStore, race};
use mfa::domain::{Totp, UnixTime};

/// Waits until the current time step has some seconds left, and returns its code and those of its
/// neighbours, which then stay right for a while.
fn codes() -> [String; 3] {
    let totp = Totp::default();
    let left = totp.seconds_left(now());
    if left < 8 {
        sleep(Duration::from_secs(left));
    }
    let now = now().0;
    [now - 30, now, now + 30].map(|at| totp.code(&secret(SECRET), UnixTime(at)))
}

fn authenticate(store: &TempStore, app: &str, code: &str) -> Run {
    store.mfa(["authenticate", app, "-o", "-"]).fed(code)
}

/// Counts the runs that were let in, and asserts that there are no other statuses than these.
#[track_caller]
fn welcomes(said: &[Said], others: &[i32]) -> usize {
    for said in said {
        assert!(!said.stderr.contains("panicked"), "{said:?}");
        let expected = said.status.is_none_or(|status| status == 0 || others.contains(&status));
        assert!(expected, "{said:?}");
    }
    said.iter().filter(|said| said.stdout.contains("Welcome")).count()
}

#[track_caller]
fn is_whole(store: &TempStore, app: &str) {
    let listed = store.mfa(["list", "--json"]).said();
    assert_eq!((listed.status, &*listed.stderr), (Some(0), ""));
    assert_eq!(listed.json()[0]["app"], app);
    assert_eq!(store.read(&format!("secrets/{app}")), SECRET);
}
