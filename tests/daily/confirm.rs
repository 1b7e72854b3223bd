use serde_json::json;

use crate::common::TempStore;
use crate::common::codes::{SECRET, right, wrong};
use crate::common::disk::set_mode;

const CREATE: [&str; 7] = ["create", "-n", "me", "-i", "C", "--secret-stdin", "--confirm"];

#[test]
fn the_right_code_keeps_the_app_and_is_used() {
    for end in ["\n", "\r\n", ""] {
        let store = TempStore::new();
        let code = right();
        store.mfa(CREATE).fed(format!("{SECRET}\n{code}{end}")).gives(
            0,
            "Configuring MFA for Account: me, Issuer: C\nQR code: STORE/img/C.png\n",
            "",
        );
        assert_eq!(store.read("secrets/C"), SECRET);
        store.mfa(["-a", "C", "-o", &code]).gives(1, "OTP verification failed\n", "");
        assert!(!store.mfa(["list", "--json"]).said().json()[0]["last_used"].is_null());
    }
    let store = TempStore::new();
    let json = store.mfa(CREATE).args(["--json"]).fed(format!("{SECRET}\n{}\n", right())).said();
    let image = store
        .at("img/C.png")
        .display()
        .to_string()
        .replace(store.path().to_str().unwrap(), "STORE");
    let expected = json!({"app": "C", "issuer": "C", "account": "me", "image": image});
    assert_eq!(json.json(), expected);
}

#[test]
fn anything_else_keeps_nothing() {
    for (code, status, stdout) in [
        (wrong(), 1, "OTP verification failed\n"),
        ("12345".into(), 2, ""),
        ("1234567".into(), 2, ""),
        (String::new(), 2, ""),
        ("7KQ4-M2XH-9WRT".into(), 2, ""),
    ] {
        let store = TempStore::new();
        let said = store.mfa(CREATE).fed(format!("{SECRET}\n{code}\n")).said();
        assert_eq!((said.status, &*said.stdout), (Some(status), stdout), "{code}");
        assert!(!store.path().exists(), "{code}");
    }
    let store = TempStore::new();
    let json = store.mfa(CREATE).args(["--json"]).fed(format!("{SECRET}\n{}\n", wrong()));
    json.gives(1, "", "OTP verification failed\n");
    // The secret alone, without a line after it.
    assert_eq!(store.mfa(CREATE).fed(SECRET).said().status, Some(2));
    assert!(!store.path().exists());
}

#[test]
fn an_app_that_exists_stays_and_no_code_is_asked_for() {
    let store = TempStore::enrolled();
    let before = store.snapshot();
    let exists = "error: the app 'C' exists already\nhint: --app NAME makes another one, --force replaces this one\n";
    store.mfa(CREATE).fed(format!("{SECRET}\n{}\n", right())).gives(1, "", exists);
    let force = store.mfa(CREATE).args(["--force"]).fed(format!("{SECRET}\n{}\n", wrong()));
    force.gives(1, "OTP verification failed\n", "");
    assert_eq!(store.snapshot(), before);
}

#[test]
fn a_store_that_is_not_safe_is_told_before_a_code_is_asked_for() {
    let store = TempStore::enrolled();
    set_mode(store.at("secrets"), 0o777);
    let told =
        "error: STORE/secrets can be written by other users\nhint: run chmod go-w STORE/secrets\n";
    store.mfa(CREATE).fed(format!("{SECRET}\n{}\n", right())).gives(5, "", told);
}

#[test]
fn a_secret_that_nobody_could_know_is_not_asked_about() {
    let store = TempStore::new();
    let told = "error: there is no terminal to show the new secret on\nhint: without one, --confirm needs a secret that is known: --secret-stdin\n";
    store.mfa(["create", "-n", "me", "-i", "C", "--confirm"]).fed("000000\n").gives(2, "", told);
    assert!(!store.path().exists());
}

#[test]
fn a_replacement_confirmed_opens_to_no_code_used_before_or_while_confirming() {
    let store = TempStore::enrolled();
    let code = right();
    let force = store.mfa(CREATE).args(["--force"]).fed(format!("{SECRET}\n{code}\n"));
    assert_eq!(force.said().status, Some(0));
    store.mfa(["-a", "C", "-o", &code]).gives(1, "OTP verification failed\n", "");
}
