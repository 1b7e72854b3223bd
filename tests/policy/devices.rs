use mfa::domain::Verdict;
use mfa::policy::{Decision, REMEMBERED_FOR};
use mfa::store::{Existing, Folder, Memory, Store};

use crate::common::codes::{SECRET, now, right, secret};
use crate::common::{TempStore, race};
use crate::{DAY, NOW, PUBLISHED, accept, after, app, decided, enrol, from, policy, present};

fn is_known(store: &impl Store, device: &str, location: &str, seconds: u64) -> bool {
    let decision = decided(store, &policy(PUBLISHED), &from(device, location), after(seconds));
    assert!(matches!(decision, Decision::Allow | Decision::Prompt), "{decision:?}");
    decision == Decision::Allow
}

/// Makes a store whose `alice` is remembered on the laptop in the office.
fn remembered() -> Memory {
    let store = Memory::default();
    enrol(&store, Existing::Keep);
    accept(&store, "laptop", "203.0.113.7", NOW);
    store
}

#[test]
fn a_device_and_a_network_are_remembered_and_another_of_either_is_new() {
    let store = remembered();
    assert!(is_known(&store, "laptop", "203.0.113.99", 0));
    assert!(!is_known(&store, "laptop", "203.0.114.7", 0));
    assert!(!is_known(&store, "Laptop", "203.0.113.7", 0));
    assert!(!is_known(&store, "203.0.113.0/24", "laptop", 0), "no kind is taken for the other");
    assert!(!is_known(&store, "", "203.0.113.7", 0) && !is_known(&store, "laptop", "", 0));
}

#[test]
fn nothing_is_remembered_with_a_code_that_is_not_accepted() {
    let store = remembered();
    let used = mfa::domain::Totp::default().code(&secret(SECRET), NOW);
    assert_eq!(present(&store, &used.parse().unwrap(), "phone", "", NOW), Verdict::Reused);
    assert_eq!(present(&store, &"000000".parse().unwrap(), "phone", "", NOW), Verdict::Wrong);
    assert!(!is_known(&store, "phone", "203.0.113.7", 0));
}

#[test]
fn what_is_remembered_lasts_thirty_days_from_its_last_code_however_often_it_is_used() {
    let store = remembered();
    for day in 0..30 {
        assert!(is_known(&store, "laptop", "203.0.113.7", day * DAY));
    }
    assert!(is_known(&store, "laptop", "203.0.113.7", REMEMBERED_FOR - 1));
    assert!(!is_known(&store, "laptop", "203.0.113.7", REMEMBERED_FOR));
    accept(&store, "laptop", "203.0.113.7", after(40 * DAY));
    assert!(is_known(&store, "laptop", "203.0.113.7", 69 * DAY));
    assert!(!is_known(&store, "laptop", "203.0.113.7", 39 * DAY), "it is dated ahead of the clock");
}

#[test]
fn the_newest_twenty_are_remembered() {
    let store = Memory::default();
    enrol(&store, Existing::Keep);
    for n in 0..25 {
        accept(&store, &format!("device {n}"), "office", after(n * 60));
    }
    let known: Vec<u64> =
        (0..25).filter(|n| is_known(&store, &format!("device {n}"), "office", 3600)).collect();
    assert_eq!(known, (5..25).collect::<Vec<_>>());
}

#[test]
fn enrolling_again_forgets_every_device_and_so_does_removing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::new(folder.path().join("store"));
    enrol(&store, Existing::Keep);
    accept(&store, "laptop", "office", NOW);
    assert!(is_known(&store, "laptop", "office", 1));
    enrol(&store, Existing::Replace);
    assert!(!is_known(&store, "laptop", "office", 1));
    accept(&store, "phone", "office", after(60));
    assert!(is_known(&store, "phone", "office", 61));
    assert!(!is_known(&store, "laptop", "office", 61), "it comes back with no other enrolment");
    store.remove(&app("alice")).unwrap();
    assert_eq!(store.policy_memory(&app("alice")).unwrap().unwrap().remembered, None);
    enrol(&store, Existing::Keep);
    assert!(!is_known(&store, "phone", "office", 61));
}

#[test]
fn renaming_keeps_the_devices_and_leaves_none_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::new(folder.path().join("store"));
    enrol(&store, Existing::Keep);
    accept(&store, "laptop", "office", NOW);
    store.rename(&app("alice"), &app("bob")).unwrap();
    assert_eq!(store.policy_memory(&app("alice")).unwrap().unwrap().remembered, None);
    store.rename(&app("bob"), &app("alice")).unwrap();
    assert!(is_known(&store, "laptop", "office", 1));
}

/// Makes backup codes, each of which opens once.
fn backup_codes(store: &TempStore, count: &str) -> Vec<String> {
    let made = store.mfa(["backup-codes", "C", "--count", count, "--json"]).said();
    let codes = made.json()["backup_codes"].as_array().unwrap().clone();
    codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

#[test]
fn processes_that_remember_at_once_lose_nothing() {
    let store = TempStore::enrolled();
    let first = backup_codes(&store, "20");
    let second = backup_codes(&store, "20");
    assert_eq!(first.len(), 20);
    for (codes, expected) in [(&second[..12], 12), (&[][..], 12)] {
        let runs = codes.iter().map(|code| {
            let args = ["authenticate", "C", "-o", "-", "--remember-device", code];
            store.mfa(args).fed(code.as_str())
        });
        for said in race(runs) {
            assert_eq!(said.status, Some(0), "{said:?}");
        }
        assert_eq!(devices(&store), expected);
    }
    let third = backup_codes(&store, "20");
    let runs = third.iter().map(|code| {
        store.mfa(["authenticate", "C", "-o", "-", "--remember-device", code]).fed(code.as_str())
    });
    assert!(race(runs).iter().all(|said| said.status == Some(0)));
    assert_eq!(devices(&store), 20, "of the thirty-two that came in");
}

fn devices(store: &TempStore) -> usize {
    let text = store.read("policy/C.json");
    let memory: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    memory["remembered"]["devices"].as_array().unwrap().len()
}

#[test]
fn a_memory_that_cannot_be_written_is_a_warning_once_the_code_is_accepted() {
    let store = TempStore::enrolled();
    store.put("policy", "a file");
    store
        .mfa(["authenticate", "C", "-o", &right(), "--remember-device", "laptop"])
        .gives(
            0,
            "Welcome\n",
            "warning: nothing was remembered for the policy: STORE/policy is not a folder, or is a symbolic link to one\n",
        );
    assert!(store.state("C")["last_used"].as_u64().unwrap() >= now().0 - 60);
}
