//! A program that is killed, or that the disk fails, at any of its calls.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod leftovers;

use std::collections::BTreeSet;

use common::TempStore;
use common::codes::SECRET;

/// Is the secret that takes the place of [`SECRET`].
const NEW: &str = "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH";

/// Lists the files of a store, folders left out.
fn files(store: &TempStore) -> BTreeSet<String> {
    let name = |path: std::path::PathBuf| {
        path.strip_prefix(store.path()).unwrap().to_str().unwrap().to_owned()
    };
    store.snapshot().into_keys().filter(|path| path.is_file()).map(name).collect()
}

/// Gives the names of these files of an app.
fn of_app(app: &str, kinds: &str) -> BTreeSet<String> {
    let file = |kind: &str| match kind {
        "secret" => format!("secrets/{app}"),
        "state" => format!("state/{app}.json"),
        _ => format!("img/{app}.png"),
    };
    kinds.split_whitespace().map(file).collect()
}

/// Makes a store with the app `C`, enrolled with [`SECRET`].
fn enrolled() -> TempStore {
    let store = TempStore::new();
    let create = ["create", "-n", "me", "-i", "C", "--secret-stdin"];
    assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
    store
}
