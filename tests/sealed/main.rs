//! Secrets sealed at rest, the keys that open them, and what somebody may do to their files.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod commands;
mod config;
mod doctored;
mod key_files;
mod passphrase;
mod reseal;

use std::path::PathBuf;

use common::codes::SECRET;
use common::{Run, Said, TempStore};

/// Makes a key file outside of the store, and returns its path.
fn keygen(store: &TempStore, name: &str) -> PathBuf {
    let file = store.outside().join(name);
    let said = store.bare(["keygen", file.to_str().unwrap(), "--id", name]).said();
    assert_eq!(said.status, Some(0), "{said:?}");
    file
}

/// Prepares a command with the key of this name.
fn with_key(store: &TempStore, key: &str, args: &[&str]) -> Run {
    let file = store.outside().join(key);
    store.mfa(["--key-file", file.to_str().unwrap()]).args(args)
}

/// Makes a store whose app `C` is sealed under the key `a`.
fn sealed() -> TempStore {
    let store = TempStore::new();
    keygen(&store, "a");
    let create = ["create", "-n", "me", "-i", "C", "--secret-stdin"];
    assert_eq!(with_key(&store, "a", &create).fed(SECRET).said().status, Some(0));
    store
}

/// Presents a code with the key `a`.
fn attempt(store: &TempStore, code: &str) -> Said {
    with_key(store, "a", &["authenticate", "C", "-o", code]).said()
}

/// Returns the ways in which a file could be changed that its form alone does not refuse.
fn is_sealed(store: &TempStore, app: &str) -> bool {
    store.read(&format!("secrets/{app}")).starts_with("mfa-secret:1:")
}
