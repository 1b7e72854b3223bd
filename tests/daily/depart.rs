use std::fs;

use serde_json::json;

use crate::common::TempStore;
use crate::common::codes::{SECRET, right};

const FILES: [&str; 3] = ["secrets/C", "state/C.json", "img/C.png"];

#[test]
fn a_used_code_stays_refused_after_a_rename() {
    let store = TempStore::enrolled();
    let code = right();
    store.mfa(["-a", "C", "-o", &code]).gives(0, "Welcome\n", "");
    store.mfa(["rename", "C", "New Name"]).gives(0, "Renamed C to New Name\n", "");
    for file in FILES {
        assert!(!store.at(file).exists(), "{file}");
        assert!(store.at(file.replace('C', "New Name")).exists(), "{file}");
    }
    store.mfa(["-a", "C", "-o", &code]).gives(4, "", "error: no app named 'C'\n");
    let refused = "OTP verification failed\n";
    store.mfa(["-a", "New Name", "-o", &code]).gives(1, refused, "");
    // There and back again.
    store.mfa(["rename", "New Name", "C"]).gives(0, "Renamed New Name to C\n", "");
    store.mfa(["-a", "C", "-o", &code]).gives(1, refused, "");
    assert_eq!(store.state("C")["failures"], 2);
    assert_eq!(store.mfa(["list", "--json"]).said().json()[0]["issuer"], "C");
}

#[test]
fn a_rename_takes_no_name_that_is_in_use_or_is_none() {
    let store = TempStore::enrolled();
    store.put("secrets/D", SECRET);
    let before = store.snapshot();
    store.mfa(["rename", "C", "D"]).gives(1, "", "error: the app 'D' exists already\n");
    store.mfa(["rename", "C", "C"]).gives(1, "", "error: the app 'C' exists already\n");
    store.mfa(["rename", "X", "Y"]).gives(4, "", "error: no app named 'X'\n");
    for name in ["a/b", ".x", " x", "", "x\ny"] {
        let said = store.mfa(["rename", "C", name]).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{name:?}");
    }
    assert_eq!(store.snapshot(), before);
    let said = store.mfa(["rename", "C", "E", "--json"]).said();
    assert_eq!(said.json(), json!({"app": "E", "was": "C"}));
}

#[test]
fn a_name_whose_old_state_remembers_or_is_newer_keeps_it_through_a_rename() {
    let store = TempStore::enrolled();
    let code = right();
    store.mfa(["-a", "C", "-o", &code]).gives(0, "Welcome\n", "");
    fs::remove_file(store.at("secrets/C")).unwrap();
    // The same secret takes another name, under which there is a state that knows nothing.
    let create = ["create", "-n", "me", "-i", "D", "--secret-stdin"];
    assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
    store.mfa(["rename", "D", "C"]).gives(0, "Renamed D to C\n", "");
    store.mfa(["-a", "C", "-o", &code]).gives(1, "OTP verification failed\n", "");

    store.put("state/E.json", r#"{"version":3}"#);
    let before = store.snapshot();
    let newer = "error: STORE/state/E.json is damaged: version 3 is newer than this program\n";
    store.mfa(["rename", "C", "E"]).gives(5, "", newer);
    assert_eq!(store.snapshot(), before);
}

#[test]
fn what_a_removed_app_had_is_gone_and_its_name_is_free() {
    let store = TempStore::enrolled();
    store.put("secrets/D", SECRET);
    store.mfa(["remove", "C", "D", "--yes"]).gives(0, "Removed C\nRemoved D\n", "");
    for file in FILES {
        assert!(!store.at(file).exists(), "{file}");
    }
    store.mfa(["list"]).gives(0, "No Apps defined\n", "");
    let create = ["create", "-n", "me", "-i", "C", "--secret-stdin"];
    assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
    let said = store.mfa(["remove", "C", "-y", "--json"]).said();
    assert_eq!(said.json(), json!({"removed": ["C"]}));
}

#[test]
fn nobody_to_ask_or_one_unknown_name_keeps_all() {
    let store = TempStore::enrolled();
    let before = store.snapshot();
    let asks = "error: nobody can be asked here\nhint: --yes removes without asking\n";
    store.mfa(["remove", "C"]).gives(2, "", asks);
    store.mfa(["remove", "C"]).fed("y\n").gives(2, "", asks);
    store.mfa(["remove", "C", "X", "--yes"]).gives(4, "", "error: no app named 'X'\n");
    assert_eq!(store.mfa(["remove", "--yes"]).said().status, Some(2));
    assert_eq!(store.snapshot(), before);
}

#[test]
fn a_name_given_twice_is_removed_once() {
    let store = TempStore::enrolled();
    store.mfa(["remove", "C", "C", "--yes"]).gives(0, "Removed C\n", "");
}
