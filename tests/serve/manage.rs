use mfa::domain::Credential;
use mfa::store::Store;
use serde_json::json;

use crate::common::codes::present;
use crate::web::{ALL, Answered, GATE, MANAGER, NOW, Web, app, code};

#[test]
fn an_enrolment_shows_its_secret_and_its_backup_codes_once() {
    let web = Web::new();
    let made = web.ask(ALL, "POST /v1/apps", r#"{"issuer":"New Corp","account":"me"}"#);
    assert_eq!(made.status, 201, "{made:?}");
    let made = made.json();
    assert_eq!(made["app"], "New Corp");
    let uri = made["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/New%20Corp:me?secret="), "{uri}");
    assert!(made["qr"].as_str().unwrap().starts_with("iVBORw0KGgo"), "a PNG");
    let codes = made["backup_codes"].as_array().unwrap();
    assert_eq!(codes.len(), 10);
    let backup: Credential = codes[0].as_str().unwrap().parse().unwrap();
    let accepted = present(&web.store, &app("New Corp"), &backup, NOW).unwrap();
    assert_eq!(accepted.backup_codes_left, 9);
    let shown = web.ask(ALL, "GET /v1/apps/New%20Corp", "").json();
    assert_eq!((&shown["backup_codes_left"], &shown["kind"]), (&json!(9), &json!("totp")));
    assert!(!shown.to_string().contains("secret"), "{shown}");
    web.ask(ALL, "POST /v1/apps", r#"{"issuer":"New Corp","account":"me"}"#)
        .is_problem(409, "exists");
}

#[test]
fn an_enrolment_takes_the_fields_of_the_command_line_and_no_others() {
    let web = Web::new();
    let body = r#"{"issuer":"I","account":"me","app":"New","algorithm":"SHA256","digits":8,"period":60,"backup_codes":0}"#;
    let made = web.ask(ALL, "POST /v1/apps", body).json();
    let uri = made["uri"].as_str().unwrap();
    assert!(uri.ends_with("&issuer=I&algorithm=SHA256&digits=8&period=60"), "{uri}");
    assert_eq!(made["backup_codes"], json!([]));
    let body = r#"{"issuer":"P","account":"me","phone":"+15550100199"}"#;
    assert_eq!(web.ask(ALL, "POST /v1/apps", body).status, 201);
    assert_eq!(web.ask(ALL, "GET /v1/apps/P", "").json()["phone"], "+*********99");
    assert_eq!(web.ask(ALL, "DELETE /v1/apps/P", "").status, 204);
    for (body, told) in [
        (r#"{"issuer":"X","account":"me","phone":"1"}"#, "`phone`"),
        (r#"{"issuer":"a/b","account":"me"}"#, "`app`"),
        (r#"{"issuer":"","account":"me"}"#, "`issuer`"),
        (r#"{"issuer":"X","account":""}"#, "`account`"),
        (r#"{"issuer":"X","account":"me","algorithm":"MD5"}"#, "`algorithm`"),
        (r#"{"issuer":"X","account":"me","digits":9}"#, "`digits`"),
        (r#"{"issuer":"X","account":"me","period":0}"#, "`period`"),
        (r#"{"issuer":"X","account":"me","backup_codes":21}"#, "`backup_codes`"),
        (r#"{"issuer":"X","account":"me","secret":"AAAA"}"#, "not the fields"),
    ] {
        let refused = web.ask(ALL, "POST /v1/apps", body);
        refused.is_problem(400, "bad_request");
        assert!(refused.json()["detail"].as_str().unwrap().contains(told), "{refused:?}");
    }
    assert_eq!(web.store.apps().unwrap(), ["New", "deploy", "other"].map(app));
}

#[test]
fn new_backup_codes_void_those_of_before() {
    let web = Web::new();
    let make = || web.ask(MANAGER, "POST /v1/apps/deploy/backup-codes", r#"{"count":2}"#);
    let [first, second] = [make(), make()];
    assert_eq!((first.status, second.status), (201, 201), "{first:?}");
    let code = |answer: &Answered| answer.json()["backup_codes"][1].as_str().unwrap().to_owned();
    web.verify(GATE, "deploy", &code(&first)).is_problem(403, "wrong");
    assert_eq!(web.verify(GATE, "deploy", &code(&second)).json()["factor"], "backup_code");
    for count in [0, 21] {
        let body = format!(r#"{{"count":{count}}}"#);
        web.ask(MANAGER, "POST /v1/apps/deploy/backup-codes", &body).is_problem(400, "bad_request");
    }
    web.ask(ALL, "POST /v1/apps/nobody/backup-codes", r#"{"count":2}"#)
        .is_problem(404, "unknown_app");
}

#[test]
fn an_app_is_unlocked_and_removed() {
    let web = Web::new();
    for _ in 0..5 {
        web.verify(GATE, "deploy", "000000");
    }
    web.ask(MANAGER, "POST /v1/apps/deploy/unlock", "")
        .is(200, &json!({"failures": 4, "was_disabled": false}));
    assert_eq!(web.verify(GATE, "deploy", &code()).status, 200);
    assert_eq!(web.ask(MANAGER, "DELETE /v1/apps/deploy", "").status, 204);
    web.ask(MANAGER, "DELETE /v1/apps/deploy", "").is_problem(404, "unknown_app");
    let log = std::fs::read_to_string(web.folder.path().join("store/audit.jsonl")).unwrap();
    for action in ["unlock", "remove"] {
        assert!(log.contains(&format!("\"action\":\"{action}\"")), "{log}");
    }
}

#[test]
fn who_may_not_manage_changes_nothing() {
    let web = Web::new();
    let before = web.store.get(&app("deploy")).unwrap().account;
    for (request, body) in [
        ("POST /v1/apps", r#"{"issuer":"New","account":"me"}"#),
        ("GET /v1/apps/deploy", ""),
        ("DELETE /v1/apps/deploy", ""),
        ("POST /v1/apps/deploy/backup-codes", r#"{"count":2}"#),
        ("POST /v1/apps/deploy/unlock", ""),
        ("PUT /v1/apps/deploy/phone", r#"{"phone":null}"#),
    ] {
        web.ask(GATE, request, body).is_problem(403, "out_of_scope");
        let elsewhere = request.replace("deploy", "other");
        web.ask(MANAGER, &elsewhere, body).is_problem(403, "out_of_scope");
    }
    assert_eq!(web.store.get(&app("deploy")).unwrap().account, before);
    assert_eq!(web.store.apps().unwrap(), ["deploy", "other"].map(app));
}
