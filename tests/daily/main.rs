//! Showing codes, moving apps in and out, and the other everyday commands.

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
mod import_names;
mod import_status;
mod import_tokens;
mod large;
mod named;
mod scanned;
mod shells;
mod shown;
mod terminal;

use common::TempStore;

/// Returns the URI of an app with this secret.
fn uri(label: &str, secret: &str) -> String {
    format!("otpauth://totp/{label}?secret={secret}")
}

/// Returns the codes of all apps at a fixed moment.
fn codes(store: &TempStore) -> serde_json::Value {
    store.mfa(["code", "--json", "--at", "1111111109"]).said().json()
}
