use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;

use mfa::GateError;
use mfa::audit::Caller;
use mfa::enforce::{self, Check};
use mfa::policy::{Access, Decision};
use mfa::store::{Existing, Folder, Store, StoreError};
use tempfile::TempDir;

use crate::common::disk::mode;
use crate::{DAY, NOW, PUBLISHED, after, app, check, decided, enrol, policy};

/// Makes a store without apps.
fn empty() -> (TempDir, Folder) {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::new(folder.path().join("store"));
    DirBuilder::new().mode(0o700).recursive(true).create(store.root().join("secrets")).unwrap();
    (folder, store)
}

fn at(store: &Folder, seconds: u64) -> Decision {
    decided(store, &policy(PUBLISHED), &Access::default(), after(seconds))
}

#[test]
fn grace_begins_with_the_first_check_and_is_kept_in_a_private_file() {
    let (_folder, store) = empty();
    assert_eq!(at(&store, 0), Decision::Allow);
    let file = store.root().join("policy/alice.json");
    assert_eq!((mode(file.parent().unwrap()), mode(&file)), (0o700, 0o600));
    assert_eq!(at(&store, 30 * DAY - 1), Decision::Allow);
    assert_eq!(at(&store, 30 * DAY), Decision::Enrol);
}

#[test]
fn grace_is_not_renewed_by_enrolling_and_removing() {
    let (_folder, store) = empty();
    assert_eq!(at(&store, 0), Decision::Allow);
    enrol(&store, Existing::Keep);
    enrol(&store, Existing::Replace);
    store.remove(&app("alice")).unwrap();
    assert_eq!(at(&store, 1), Decision::Enrol, "not even what was left of it");
}

#[test]
fn grace_is_not_renewed_by_renaming_for_either_name() {
    let (_folder, store) = empty();
    assert_eq!(at(&store, 0), Decision::Allow);
    enrol(&store, Existing::Keep);
    store.rename(&app("alice"), &app("bob")).unwrap();
    assert_eq!(at(&store, 1), Decision::Enrol);
    let moved = store.policy_memory(&app("bob")).unwrap().unwrap();
    assert_eq!((moved.first_seen, moved.ever_enrolled), (Some(NOW), true));
    store.rename(&app("bob"), &app("alice")).unwrap();
    store.remove(&app("alice")).unwrap();
    assert_eq!(at(&store, 1), Decision::Enrol);
}

#[test]
fn grace_is_not_renewed_by_a_clock_set_back() {
    let (_folder, store) = empty();
    assert_eq!(at(&store, 0), Decision::Allow);
    assert_eq!(at(&store, 29 * DAY), Decision::Allow);
    let early = check(&store, &policy(PUBLISHED), &Access::default(), after(0)).unwrap();
    assert_eq!(early.enrol_by, Some(after(30 * DAY)));
    assert_eq!(at(&store, 30 * DAY), Decision::Enrol);
    assert_eq!(at(&store, 0), Decision::Enrol, "the clock was seen past the end");
}

#[test]
fn grace_is_not_stretched_by_a_clock_that_was_ahead_at_the_first_check() {
    let (_folder, store) = empty();
    assert_eq!(at(&store, 400 * DAY), Decision::Allow);
    assert_eq!(at(&store, 0), Decision::Enrol);
    assert_eq!(at(&store, 399 * DAY), Decision::Enrol);
    assert_eq!(at(&store, 431 * DAY), Decision::Enrol);
}

#[test]
fn grace_does_not_begin_for_who_had_an_app_before_their_first_check() {
    let (_folder, store) = empty();
    let caller = &Caller::default();
    let first = Check { app: &app("somebody"), access: &Access::default(), caller };
    let _ = enforce::check(&store, &policy(PUBLISHED), first, || Ok(NOW)).unwrap();
    enrol(&store, Existing::Keep);
    store.rename(&app("alice"), &app("bob")).unwrap();
    assert_eq!(at(&store, 0), Decision::Enrol);
    store.rename(&app("bob"), &app("alice")).unwrap();
    store.remove(&app("alice")).unwrap();
    assert_eq!(at(&store, 0), Decision::Enrol);
}

#[test]
fn grace_that_is_over_writes_nothing_more() {
    let (_folder, store) = empty();
    at(&store, 0);
    at(&store, 30 * DAY);
    let file = store.root().join("policy/alice.json");
    let before = std::fs::read(&file).unwrap();
    at(&store, 31 * DAY);
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn nobody_is_let_in_where_there_is_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::new(folder.path().join("unmounted"));
    let service = Access { is_service_account: true, ..Access::default() };
    for access in [Access::default(), service] {
        let refused = check(&store, &policy(PUBLISHED), &access, NOW).unwrap_err();
        assert!(matches!(refused, GateError::Store(StoreError::NoStore(_))), "{refused:?}");
    }
    assert!(!store.root().exists());
}
