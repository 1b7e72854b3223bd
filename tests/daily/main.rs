//! Codes at hand, apps moved in and out, and the commands of every day.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod code;
mod confirm;
mod depart;
mod doctor;
mod drawing;
mod export;
mod hidden;
mod import;
mod import_status;
mod large;
mod shells;
mod shown;
mod terminal;

use common::TempStore;

/// Returns the URI of an app, of [`SECRET`] unless it is to be another one's.
fn uri(label: &str, secret: &str) -> String {
    format!("otpauth://totp/{label}?secret={secret}")
}

/// Returns the codes of all apps at one moment.
fn codes(store: &TempStore) -> serde_json::Value {
    store.mfa(["code", "--json", "--at", "1111111109"]).said().json()
}
