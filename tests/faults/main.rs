//! A program that is killed, or whose disk fails, at any of its system calls.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod authenticate;
#[cfg(feature = "service")]
mod clients;
mod create;
mod depart;
mod disks;
mod lacking;
mod leftovers;
mod locks;
mod policy;
mod recover;
mod redeem;
mod replace;
mod seal;
#[cfg(feature = "remote")]
mod sms;
mod strace;
mod tokens;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::codes::{now, right, secret};
use common::{Said, TempStore};
use mfa::domain::{Totp, UnixTime};

/// The secret that replaces [`SECRET`].
const NEW: &str = "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH";

/// Returns the code of the time step after the current one.
fn next(key: &str) -> String {
    Totp::default().code(&secret(key), UnixTime(now().0 + 30))
}

/// Reports whether a program that may have been killed had let the code in.
fn let_in(said: &Said) -> bool {
    said.status == Some(0) || said.stdout.contains("Welcome")
}

/// Reports whether stderr says nothing, or only that the audit log could not be written.
fn unlogged(said: &Said) -> bool {
    said.stderr.is_empty()
        || said.stderr.starts_with("warning: the audit log does not say so: ")
            && said.stderr.lines().count() == 1
}

#[track_caller]
fn no_panic(said: &Said, fault: &str) {
    let well = matches!(said.status, None | Some(0..=7)) && !said.stderr.contains("panicked");
    assert!(well, "{fault}: {said:?}");
}

/// Lists the files of a store, without folders.
fn files(store: &TempStore) -> BTreeSet<String> {
    let name = |path: std::path::PathBuf| {
        path.strip_prefix(store.path()).unwrap().to_str().unwrap().to_owned()
    };
    store.snapshot().into_keys().filter(|path| path.is_file()).map(name).collect()
}

/// Lists the temporary files of a store.
fn half_written(store: &TempStore) -> Vec<String> {
    let is_temporary = |file: &String| {
        file.contains("/.") && Path::new(file).extension().is_some_and(|it| it == "tmp")
    };
    files(store).into_iter().filter(is_temporary).collect()
}

/// Returns the names of these files of an app.
fn of_app(app: &str, kinds: &str) -> BTreeSet<String> {
    let file = |kind: &str| match kind {
        "secret" => format!("secrets/{app}"),
        "state" => format!("state/{app}.json"),
        _ => format!("img/{app}.png"),
    };
    kinds.split_whitespace().map(file).collect()
}

/// Makes a store whose app `C` has accepted a code.
fn used() -> TempStore {
    let (store, code) = (TempStore::enrolled(), right());
    store.mfa(["-a", "C", "-o", &code]).gives(0, "Welcome\n", "");
    fs::write(store.outside().join("used"), code).unwrap();
    store
}

/// Returns the code that was accepted.
fn used_code(store: &TempStore) -> String {
    fs::read_to_string(store.outside().join("used")).unwrap()
}
