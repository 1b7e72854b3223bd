use std::fs;

use crate::common::codes::{SECRET, right};
use crate::common::{Run, TempStore};
use crate::{PUBLISHED, file};

/// Makes a store whose app `C` is sealed, and remembered on the laptop in the office.
fn remembered() -> TempStore {
    let store = TempStore::new();
    let key = store.outside().join("key");
    assert_eq!(store.bare(["keygen", key.to_str().unwrap()]).said().status, Some(0));
    let create = ["create", "-n", "me", "-i", "C", "--secret-stdin"];
    assert_eq!(with_key(&store, &create).fed(SECRET).said().status, Some(0));
    let accept = ["-a", "C", "-o", &right(), "--remember-device", "laptop"];
    assert_eq!(with_key(&store, &accept).said().status, Some(0));
    store
}

fn with_key(store: &TempStore, args: &[&str]) -> Run {
    let key = store.outside().join("key");
    store.mfa(["--key-file", key.to_str().unwrap()]).args(args)
}

fn check(store: &TempStore, name: &str) -> Run {
    let path = file(store, PUBLISHED.replace("new_location: prompt_mfa", "new_location: allow"));
    let path = path.to_str().unwrap();
    with_key(store, &["policy", "check", name, "--device", "laptop", "--policy", path])
}

#[test]
fn a_memory_bears_a_code_of_the_key_and_is_refused_without_the_right_one() {
    let store = remembered();
    check(&store, "C").gives(0, "Allowed\n", "");
    let text = store.read("policy/C.json");
    let (memory, mac) = text.split_once('\n').unwrap();
    assert!(mac.starts_with("mfa-mac:1:"), "{text}");
    let planted = memory.replace("\"ever_enrolled\":true", "\"ever_enrolled\":false");
    for changed in [format!("{planted}\n{mac}"), format!("{memory}\n")] {
        store.put("policy/C.json", &changed);
        let said = check(&store, "C").said();
        assert_eq!((said.status, &*said.stdout), (Some(5), ""), "{said:?}");
    }
    store.put("policy/C.json", &text);
    fs::copy(store.at("policy/C.json"), store.at("policy/D.json")).unwrap();
    assert_eq!(check(&store, "D").said().status, Some(5), "the code is bound to the name");
}

#[test]
fn the_grace_period_of_whoever_is_not_enrolled_is_sealed_too() {
    let store = remembered();
    assert_eq!(check(&store, "newcomer").said().status, Some(0));
    assert!(store.read("policy/newcomer.json").contains("mfa-mac:1:"));
    let path = file(&store, PUBLISHED);
    let keyless = store.mfa(["policy", "check", "newcomer", "--policy", path.to_str().unwrap()]);
    let said = keyless.said();
    assert_eq!((said.status, &*said.stdout), (Some(5), ""), "{said:?}");
}

#[test]
fn encrypting_and_decrypting_take_every_memory_along() {
    let store = remembered();
    assert_eq!(check(&store, "newcomer").said().status, Some(0));
    let has_mac = |name: &str| store.read(&format!("policy/{name}.json")).contains("mfa-mac:1:");
    assert_eq!(store.mfa(["decrypt"]).said().status, Some(5));
    assert!(has_mac("C") && has_mac("newcomer"), "without the key, nothing changes");
    assert_eq!(with_key(&store, &["decrypt"]).said().status, Some(0));
    assert!(!has_mac("C") && !has_mac("newcomer"));
    assert_eq!(
        check(&store, "newcomer").said().status,
        Some(5),
        "with a key, what is plain is refused"
    );
    let said = with_key(&store, &["encrypt"]).said();
    let told = "Sealed C\nSealed what the policy remembers of newcomer\n";
    assert_eq!((said.status, &*said.stdout), (Some(0), told));
    assert!(has_mac("C") && has_mac("newcomer"));
    check(&store, "C").gives(0, "Allowed\n", "");
}

#[test]
fn removing_a_sealed_app_works_without_its_key_too() {
    let store = remembered();
    check(&store, "C").gives(0, "Allowed\n", "");
    assert_eq!(store.mfa(["remove", "C", "--yes"]).said().status, Some(0));
    assert_eq!(check(&store, "C").said().status, Some(12));
}

#[test]
fn a_memory_that_is_only_allowed_to_be_plain_stays_plain() {
    let store = remembered();
    assert_eq!(with_key(&store, &["decrypt"]).said().status, Some(0));
    let allow = |args: &[&str]| with_key(&store, &[&["--allow-plain"], args].concat()).said();
    assert_eq!(allow(&["policy", "forget", "C"]).status, Some(0));
    assert!(!store.read("policy/C.json").contains("mfa-mac:1:"));
    let said = with_key(&store, &["encrypt", "--json"]).said();
    assert_eq!((said.status, &said.json()["policy"]), (Some(0), &serde_json::json!([])));
    assert!(store.read("policy/C.json").contains("mfa-mac:1:"));
}

#[test]
fn a_damaged_memory_lets_nobody_in_and_keeps_no_app_from_being_removed() {
    let store = remembered();
    store.put("policy/C.json", "damaged");
    assert_eq!(check(&store, "C").said().status, Some(5));
    assert_eq!(with_key(&store, &["rename", "C", "D"]).said().status, Some(0));
    assert_eq!(check(&store, "C").said().status, Some(5));
    assert_eq!(with_key(&store, &["remove", "D", "--yes"]).said().status, Some(0));
}

#[test]
fn an_older_key_can_be_dropped_once_everything_is_encrypted_anew() {
    let store = remembered();
    assert_eq!(check(&store, "newcomer").said().status, Some(0));
    let (key, newer) = (store.outside().join("key"), store.outside().join("newer"));
    let keygen = ["keygen", newer.to_str().unwrap(), "--id", "newer"];
    assert_eq!(store.bare(keygen).said().status, Some(0));
    let both = fs::read_to_string(&newer).unwrap() + &fs::read_to_string(&key).unwrap();
    fs::write(&key, both).unwrap();
    assert_eq!(with_key(&store, &["encrypt"]).said().status, Some(0));
    fs::copy(&newer, &key).unwrap();
    check(&store, "C").gives(0, "Allowed\n", "");
    assert_eq!(check(&store, "newcomer").said().status, Some(0));
}

#[test]
fn removing_and_renaming_work_with_the_key_that_the_memory_needs() {
    let store = remembered();
    check(&store, "C").gives(0, "Allowed\n", "");
    assert_eq!(with_key(&store, &["rename", "C", "D"]).said().status, Some(0));
    check(&store, "D").gives(0, "Allowed\n", "");
    assert_eq!(with_key(&store, &["remove", "D", "--yes"]).said().status, Some(0));
    assert_eq!(check(&store, "D").said().status, Some(12));
}
