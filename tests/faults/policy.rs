use std::fs;

use crate::common::codes::right;
use crate::common::{Run, TempStore};
use crate::half_written;
use crate::strace::Scene;

const POLICY: &str = include_str!("../data/policy/published.yaml");

/// Makes a store with a policy inside, where every run finds it by the same name.
fn with_policy() -> TempStore {
    let store = TempStore::enrolled();
    store.put("policy.yaml", POLICY);
    fs::create_dir(store.at("policy")).unwrap();
    crate::common::disk::set_mode(store.at("policy"), 0o700);
    store
}

fn check(store: &TempStore, name: &str) -> Run {
    let policy = store.at("policy.yaml");
    store.mfa(["policy", "check", name, "--policy", policy.to_str().unwrap()])
}

/// Returns when somebody was first seen, if that is recorded.
fn first_seen(store: &TempStore, name: &str) -> Option<u64> {
    let text = fs::read_to_string(store.at(format!("policy/{name}.json"))).ok()?;
    serde_json::from_str::<serde_json::Value>(&text).unwrap()["first_seen"].as_u64()
}

/// The check of somebody who is not enrolled; the policy lies where the store is.
const CHECK: [&str; 5] = ["policy", "check", "newcomer", "--policy", "store/policy.yaml"];

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_a_first_check_has_begun_the_grace_period_or_let_nobody_in() {
    let scene = Scene { store: &with_policy, args: &CHECK, fed: &String::new, without: &[] };
    scene.killed(|store, said, fault| {
        let begun = first_seen(store, "newcomer");
        assert!(begun.is_some() || !said.stdout.contains("Allowed"), "{fault}: {said:?}");
        assert_eq!(check(store, "newcomer").said().status, Some(0), "{fault}");
        let now = first_seen(store, "newcomer");
        assert!(now.is_some() && begun.is_none_or(|begun| now == Some(begun)), "{fault}");
        assert_eq!(half_written(store), [""; 0], "{fault}");
    });
}

#[test]
#[ignore = "needs strace"]
fn with_a_disk_that_fails_at_any_call_a_grace_period_is_recorded_or_not_granted() {
    let scene = Scene { store: &with_policy, args: &CHECK, fed: &String::new, without: &[] };
    scene.failing(|store, said, fault| {
        assert!(matches!(said.status, Some(0 | 5 | 6)), "{fault}: {said:?}");
        let begun = first_seen(store, "newcomer").is_some();
        assert!(begun || said.status != Some(0), "{fault}: {said:?}");
    });
}

const REMEMBER: [&str; 6] = ["authenticate", "C", "-o", "-", "--remember-device", "laptop"];

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_an_acceptance_is_recorded_before_a_device_is_remembered() {
    let scene = Scene { store: &with_policy, args: &REMEMBER, fed: &right, without: &[] };
    scene.killed(|store, _, fault| {
        let remembers = |store: &TempStore| {
            fs::read_to_string(store.at("policy/C.json")).is_ok_and(|text| text.contains("devices"))
        };
        let accepted = fs::read_to_string(store.at("state/C.json"))
            .is_ok_and(|state| state.contains("enrolment"));
        assert!(accepted || !remembers(store), "{fault}");
        let known = check(store, "C").args(["--device", "laptop"]).said();
        assert_eq!(known.status, Some(10), "{fault}: {known:?}");
        assert_eq!(known.stdout.contains("new device"), !remembers(store), "{fault}: {known:?}");
    });
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_a_removal_keeps_that_there_was_an_app() {
    let checked = || {
        let store = with_policy();
        assert_eq!(check(&store, "C").said().status, Some(10));
        store
    };
    let args = ["remove", "C", "--yes"];
    let scene = Scene { store: &checked, args: &args, fed: &String::new, without: &[] };
    scene.killed(|store, _, fault| {
        let status = check(store, "C").said().status;
        assert!(matches!(status, Some(10 | 12)), "{fault}: {status:?}");
        if status == Some(10) {
            assert_eq!(store.mfa(args).said().status, Some(0), "{fault}");
            assert_eq!(check(store, "C").said().status, Some(12), "{fault}");
        }
    });
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_a_rename_renews_no_grace_period() {
    let begun = || {
        let store = with_policy();
        assert_eq!(check(&store, "C").said().status, Some(10));
        store
    };
    let args = ["rename", "C", "D"];
    let scene = Scene { store: &begun, args: &args, fed: &String::new, without: &[] };
    scene.killed(|store, _, fault| {
        let statuses = ["C", "D"].map(|name| check(store, name).said().status);
        let renewed = statuses[0] == Some(0) || statuses == [Some(12), Some(0)];
        assert!(!renewed, "{fault}: {statuses:?}");
    });
}
