//! Whole sessions, from the first list to the last code.

#![cfg(test)]

mod common;

use common::TempStore;
use common::codes::{SECRET, right, wrong};
use common::disk::mode;
use serde_json::json;

const THROTTLED: &str = "error: too many failures, the code was not looked at\n";
const DISABLED: &str = "error: disabled after too many failures, the code was not looked at
hint: its owner can unlock it: mfa unlock 'Example Corp' --store STORE
";
const EXISTS: &str = "error: the app 'Example Corp' exists already
hint: --app NAME makes another one, --force replaces this one
";

fn enrolled() -> TempStore {
    let store = TempStore::new();
    let create = ["create", "-n", "me@example.com", "-i", "Example Corp", "--secret-stdin"];
    store.mfa(create).fed(SECRET).gives(
        0,
        "Configuring MFA for Account: me@example.com, Issuer: Example Corp\n\
         QR code: STORE/img/Example Corp.png\n",
        "",
    );
    store
}

/// Changes one field of the recorded state.
fn record(store: &TempStore, field: &str, value: impl Into<serde_json::Value>) {
    let mut state = store.state("Example Corp");
    state[field] = value.into();
    store.put("state/Example Corp.json", state.to_string());
}

#[test]
fn a_session_of_enrolling_verifying_and_running_into_every_refusal() {
    let store = TempStore::new();
    store.mfa(["list"]).gives(0, "No Apps defined\n", "");
    assert!(!store.path().exists(), "to list makes no store");

    let store = enrolled();
    store.mfa(["list"]).gives(0, "App Name: Example Corp\n--------\n", "");
    let try_code = |code: &str| store.mfa(["authenticate", "Example Corp", "-o", code]);
    let code = right();
    try_code(&code).gives(0, "Welcome\n", "");
    try_code(&code).gives(1, "OTP verification failed\n", "");
    for _ in 0..3 {
        try_code(&wrong()).gives(1, "OTP verification failed\n", "");
    }
    let said = try_code(&wrong()).said();
    assert_eq!((said.status, &*said.stdout), (Some(3), "OTP verification failed\n"));
    assert!(said.stderr.starts_with(THROTTLED), "{}", said.stderr);
    store.mfa(["create", "-n", "me", "-i", "Example Corp"]).gives(1, "", EXISTS);
    assert_eq!(store.read("secrets/Example Corp"), SECRET);
}

#[test]
fn answers_in_json_have_the_same_keys_always() {
    let store = TempStore::new();
    let app = ["-i", "Corp", "-n", "me", "--app", "mine", "--json", "--secret-stdin"];
    let created = store.mfa(["create"]).args(app).fed(SECRET).said();
    let image = "STORE/img/mine.png";
    let expected = json!({"app": "mine", "issuer": "Corp", "account": "me", "image": image});
    assert_eq!(created.json(), expected);
    store.put("secrets/old", SECRET);

    let code = right();
    for (app, code, status, reason) in [
        ("mine", &*code, 0, "accepted"),
        ("mine", &code, 1, "reused"),
        ("mine", &wrong(), 1, "wrong"),
        ("none", &code, 4, "unknown_app"),
    ] {
        let said = store.mfa(["authenticate", app, "-o", code, "--json"]).said();
        let accepted = reason == "accepted";
        let expected = json!({"accepted": accepted, "reason": reason, "retry_after": null,
            "factor": (reason != "unknown_app").then_some("totp"), "backup_codes_left": accepted.then_some(0)});
        assert_eq!((said.status, said.json()), (Some(status), expected));
    }

    let mut listed = store.mfa(["list", "--json"]).said().json();
    for time in ["created", "last_used"] {
        let told = listed[0][time].take();
        assert!(told.as_str().is_some_and(|t| t.len() == 20 && t.ends_with('Z')), "{told}");
    }
    let entry = |app, issuer, account: Option<&str>| {
        json!({"app": app, "issuer": issuer, "account": account, "kind": "totp", "algorithm": "SHA1",
            "digits": 6, "period": 30, "counter": null, "drift": null, "phone": null, "created": null,
            "last_used": null})
    };
    assert_eq!(listed, json!([entry("mine", "Corp", Some("me")), entry("old", "old", None)]));
    assert_eq!(TempStore::new().mfa(["list", "--json"]).said().stdout, "[]\n");
}

#[test]
fn waits_end_and_a_success_clears_the_count_but_a_hundred_failures_disable() {
    let store = enrolled();
    let try_code = |code: &str| store.mfa(["-a", "Example Corp", "--json", "-o", code]).said();
    let throttled = json!({"accepted": false, "reason": "throttled", "retry_after": 60,
        "factor": "totp", "backup_codes_left": null});
    assert_eq!(try_code(&wrong()).status, Some(1));
    record(&store, "failures", 5);
    // A failure ahead of the clock means that the clock was set back, and the wait starts again.
    record(&store, "failed_at", 9_999_999_999_u64);
    assert_eq!(try_code(&right()).json(), throttled);
    assert!(store.state("Example Corp")["failed_at"].as_u64().unwrap() < 9_999_999_999);
    record(&store, "failed_at", 1_700_000_000);
    assert_eq!(try_code(&right()).status, Some(0));
    assert_eq!(store.state("Example Corp")["failures"], 0);

    record(&store, "failures", 100);
    let expected = json!({"accepted": false, "reason": "disabled", "retry_after": null,
        "factor": "totp", "backup_codes_left": null});
    let said = try_code(&right());
    assert_eq!((said.status, said.json(), &*said.stderr), (Some(3), expected, DISABLED));
}

#[test]
fn a_forced_enrolment_replaces_the_secret_but_opens_to_no_used_code() {
    let store = enrolled();
    let code = right();
    store.mfa(["-a", "Example Corp", "-o", &code]).gives(0, "Welcome\n", "");
    let create = ["create", "-n", "you", "-i", "Example Corp", "--secret-stdin", "--force"];
    assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
    assert_eq!(store.mfa(["list", "--json"]).said().json()[0]["account"], "you");
    store.mfa(["-a", "Example Corp", "-o", &code]).gives(1, "OTP verification failed\n", "");
    assert_eq!(store.mfa(create).fed("A".repeat(32)).said().status, Some(0));
    assert_eq!(store.read("secrets/Example Corp"), "A".repeat(32));
}

#[test]
fn every_file_is_private_and_only_the_state_changes_afterwards() {
    let store = enrolled();
    store.mfa(["-a", "Example Corp", "-o", &wrong()]).gives(1, "OTP verification failed\n", "");
    let names: Vec<String> = store
        .snapshot()
        .into_keys()
        .map(|path| {
            let name = path.strip_prefix(store.path()).unwrap().display().to_string();
            format!("{:o} {name}", mode(path))
        })
        .collect();
    let files = ["img/Example Corp.png", "secrets/Example Corp", "state/Example Corp.json"];
    let [image, secret, state] = files.map(|file| format!("600 {file}"));
    assert_eq!(names, ["700 ", "700 img", &image, "700 secrets", &secret, "700 state", &state]);
}

#[test]
fn a_folder_of_mfa_py_works_as_it_is() {
    let store = TempStore::with_secret("Example Corp", format!("{}\n", SECRET.to_lowercase()));
    let before = store.read("secrets/Example Corp");
    store.mfa(["-l"]).gives(0, "App Name: Example Corp\n--------\n", "");
    let code = right();
    store.mfa(["-a", "Example Corp", "-o", &code]).gives(0, "Welcome\n", "");
    store.mfa(["-a", "Example Corp", "-o", &code]).gives(1, "OTP verification failed\n", "");
    assert_eq!(store.read("secrets/Example Corp"), before);
}
