use serde_json::json;

use crate::common::TempStore;

const URI: &str = "otpauth://steam/Steam:me?secret=63BEDWCQZKTQWPESARIERL5DTTQFCJTK&issuer=Steam";

fn enrolled() -> TempStore {
    let store = TempStore::new();
    assert_eq!(store.mfa(["import", "-"]).fed(URI).said().status, Some(0));
    store
}

#[test]
fn codes_of_steam_guard_are_shown_as_steams_app_shows_them() {
    let store = enrolled();
    for (at, code, left) in [("1511200518", "FR8RV", 12), ("1511200714", "9P3VP", 26)] {
        let shown = (format!("{code}\n"), format!("{left} s left\n"));
        store.mfa(["code", "Steam", "--at", at]).gives(0, &shown.0, &shown.1);
    }
    store.mfa(["uri", "Steam"]).gives(0, &format!("{URI}\n"), "");
    let listed = &store.mfa(["list", "--json"]).said().json()[0];
    assert_eq!((&listed["kind"], &listed["digits"]), (&json!("steam"), &json!(5)));
}

#[test]
fn the_gate_and_what_belongs_to_it_refuse_steam() {
    let store = enrolled();
    let refused = "error: codes of Steam Guard are shown, and verified by Steam alone\n";
    for code in ["123456", "7KQ4-M2XH-9WRT"] {
        store.mfa(["-a", "Steam", "-o", code]).gives(2, "", refused);
        assert_eq!(store.mfa(["run", "Steam", "-o", code, "--", "true"]).said().stderr, refused);
    }
    store.mfa(["backup-codes", "Steam"]).gives(2, "", refused);
    assert_eq!(store.mfa(["-a", "Steam", "-o", "FR8RV"]).said().status, Some(2));
    assert_eq!(store.mfa(["resync", "Steam", "-o", "-"]).fed("1\n2\n").said().status, Some(2));
    assert_eq!(store.state("Steam")["failures"], 0);
}
