//! Recovery from the command line: an administrator issues a code, and the owner uses it.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod issuing;
mod terminal;
mod using;

use common::TempStore;
use common::codes::{SECRET, now, secret};
use mfa::domain::{Totp, UnixTime};

/// The secret of the new phone.
const NEW: &str = "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH";

fn code_of(key: &str, after: u64) -> String {
    Totp::default().code(&secret(key), UnixTime(now().0 + after))
}

/// Issues a code as a helpdesk does, and returns it.
fn issued(store: &TempStore, more: &[&str]) -> String {
    let issue = ["recover", "issue", "C", "--verified-with", "badge", "--reference", "TICKET-42"];
    let said = store.mfa(issue).args(more).said();
    assert_eq!(said.status, Some(0), "{said:?}");
    said.stdout.trim_end().to_owned()
}

/// Returns what the owner pipes in: the code, the new secret, and its first code.
fn lines(code: &str) -> String {
    format!("{code}\n{NEW}\n{}\n", code_of(NEW, 0))
}

fn authenticate(store: &TempStore, code: &str) -> common::Said {
    store.mfa(["authenticate", "C", "-o", "-"]).fed(code).said()
}
