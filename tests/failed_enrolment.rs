//! An enrolment that fails leaves the store as it was, whatever it was doing.

#![cfg(test)]

mod common;

use common::TempStore;
use common::codes::SECRET;

#[test]
fn a_forced_enrolment_that_cannot_be_written_leaves_the_old_image() {
    let store = TempStore::new();
    let create = ["create", "-n", "n", "-i", "C"];
    assert_eq!(store.mfa(create).said().status, Some(0));
    let before = store.snapshot();
    let failed = "error: cannot write STORE/secrets/C: File too large (os error 27)";
    let said = store.after("ulimit -f 0", create).args(["--force"]).said();
    assert_eq!(said.status, Some(6));
    assert!(said.stderr.starts_with(failed), "{said:?}");
    assert_eq!(store.snapshot(), before);
}

#[test]
fn an_enrolment_that_is_refused_makes_no_folders_in_a_store_of_mfa_py() {
    let store = TempStore::with_secret("C", SECRET);
    let before = store.snapshot();
    assert_eq!(store.mfa(["-c", "-n", "n", "-i", "C"]).said().status, Some(1));
    assert_eq!(store.snapshot(), before);
}
