use crate::common::TempStore;
use crate::common::codes::{SECRET, now, secret};
use crate::common::recovery::{CODE, issue_known};
use crate::replace::wholly_old_or_new;
use crate::strace::Scene;
use crate::{NEW, no_panic, used};
use mfa::domain::Totp;
use mfa::store::Folder;

const USE: [&str; 4] = ["recover", "use", "C", "--secret-stdin"];

/// Returns a store with an app whose phone is lost, and whose owner has a recovery code.
fn lost() -> TempStore {
    let store = used();
    issue_known(&Folder::new(store.path()), &"C".parse().unwrap(), now());
    store
}

fn lines() -> String {
    format!("{CODE}\n{NEW}\n{}\n", Totp::default().code(&secret(NEW), now()))
}

/// Asserts that the code is good for as long as the old factors are in force, and no longer.
#[track_caller]
fn good_with_the_old_factors_alone(store: &TempStore, is_old: bool, fault: &str) {
    let again = store.mfa(USE).fed(lines()).said();
    assert_eq!(again.status, Some(i32::from(!is_old)), "{fault}: {again:?}");
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_the_owner_has_the_old_factors_and_the_code_or_the_new_ones() {
    Scene { store: &lost, args: &USE, fed: &lines, without: &[] }.killed(|store, said, fault| {
        no_panic(&said, fault);
        let is_old = wholly_old_or_new(store, fault) == SECRET;
        good_with_the_old_factors_alone(store, is_old, fault);
    });
}

#[test]
#[ignore = "needs strace"]
fn with_a_disk_that_fails_at_any_call_the_owner_has_the_old_factors_or_the_new_ones() {
    Scene { store: &lost, args: &USE, fed: &lines, without: &[] }.failing(|store, said, fault| {
        assert!(matches!(said.status, Some(0 | 5 | 6)), "{fault}: {said:?}");
        let is_old = wholly_old_or_new(store, fault) == SECRET;
        assert!(said.status != Some(0) || !is_old, "{fault}: {said:?}");
        good_with_the_old_factors_alone(store, is_old, fault);
    });
}
