//! Approval on a device from the command line, on a store and at a server.

#![cfg(test)]
#![cfg(feature = "remote")]

#[path = "../common/mod.rs"]
mod common;

#[cfg(feature = "service")]
mod at_server;
mod refused;
mod waiting;

use std::thread;
use std::time::Duration;

use common::TempStore;
use common::codes::{now, right};
use common::push::{enrol_device, waiting};
use mfa::domain::{AppName, Challenge};
use mfa::store::Folder;

fn app() -> AppName {
    "C".parse().unwrap()
}

fn folder(store: &TempStore) -> Folder {
    Folder::new(store.path())
}

/// Makes a store whose app has a device, of which its owner has heard.
fn with_device() -> TempStore {
    let store = TempStore::enrolled();
    enrol_device(&folder(&store), &app(), &right(), now());
    store
}

/// Waits for a challenge, for ten seconds at most.
fn asked(store: &TempStore) -> Challenge {
    for _ in 0..1000 {
        if let Some(challenge) = waiting(&folder(store), &app()) {
            return challenge;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("nobody was asked")
}
