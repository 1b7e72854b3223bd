//! The commands of the documentation, verbatim, with the programs that they are for.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod account;
mod daily;
mod forwarding;
mod home;
mod pages;
mod policy;
mod prompts;
#[cfg(feature = "service")]
mod service;
mod shell;
mod ssh;
mod stores;
mod sudo;

use std::fs;
use std::os::unix::fs::symlink;

use common::TempStore;
use common::codes::SECRET;

/// Returns the code block of a page that contains this.
fn recipe(page: &'static str, containing: &str) -> &'static str {
    let block = page.split("```").skip(1).step_by(2).find(|block| block.contains(containing));
    block.unwrap().split_once('\n').unwrap().1
}

/// Makes a store with one app.
fn with_app(app: &str) -> TempStore {
    let store = TempStore::new();
    let create = ["create", "-n", "me", "-i", app, "--no-image", "--secret-stdin"];
    assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
    store
}

/// Puts a program into a folder outside of the store.
fn put_program(store: &TempStore, name: &str, script: &str) {
    let path = store.outside().join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    common::disk::set_mode(&path, 0o755);
}

/// Returns a line with which a shell calls the program by its name, with this store by default.
fn by_name(store: &TempStore) -> String {
    symlink(common::program(), store.outside().join("mfa")).unwrap();
    let folder = store.outside().display();
    format!("export MFA_STORE='{}' PATH='{folder}':$PATH; unset -f mfa", store.path().display())
}
