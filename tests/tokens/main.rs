//! Hardware tokens: codes by counter, clocks that drift, and finding a token again.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod create;
mod crowd;
mod drift;
mod gate;
mod next;
mod replaced;
mod resync;
mod steam;

use common::TempStore;
use common::codes::{SECRET, secret};
use mfa::domain::Hotp;

const REFUSED: &str = "OTP verification failed\n";

/// Returns the code of [`SECRET`] for a counter.
fn code(counter: u64) -> String {
    Hotp::default().code(&secret(SECRET), counter)
}

/// Makes a store with the app `C`, whose codes of [`SECRET`] begin at this counter.
fn with_counter(counter: u64) -> TempStore {
    let store = TempStore::new();
    enrol(&store, &["--counter", &counter.to_string()]);
    store
}

/// Enrols the app `C` with codes by counter and [`SECRET`].
fn enrol(store: &TempStore, options: &[&str]) {
    let create = ["create", "-n", "me", "-i", "C", "--hotp", "--secret-stdin", "--no-image"];
    let said = store.mfa(create).args(options).fed(SECRET).said();
    assert_eq!(said.status, Some(0), "{said:?}");
}

/// Presents a code, and returns the status and the reason.
fn attempt(store: &TempStore, code: &str) -> (Option<i32>, String) {
    let said = store.mfa(["authenticate", "C", "--json", "-o", code]).said();
    (said.status, said.json()["reason"].as_str().unwrap().into())
}

/// Changes one field of the recorded state.
fn change(store: &TempStore, field: &str, value: impl Into<serde_json::Value>) {
    let mut state = store.state("C");
    state[field] = value.into();
    store.put("state/C.json", state.to_string());
}
