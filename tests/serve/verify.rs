use axum::body::Body;
use axum::http::{Request, header};
use mfa::domain::{DISABLE_AFTER, Throttle};
use mfa::store::{Store, update};
use serde_json::json;

use crate::web::{ALL, Answered, GATE, Web, app, asked, code, token};

#[test]
fn a_code_is_accepted_once() {
    let web = Web::new();
    let accepted = json!({"accepted": true, "reason": "accepted", "retry_after": null, "factor": "totp", "backup_codes_left": 0});
    web.verify(GATE, "deploy", &code()).is(200, &accepted);
    web.verify(GATE, "deploy", &code()).is_problem(403, "reused");
    web.verify(ALL, "other", &code()).is(200, &accepted);
}

#[test]
fn a_refusal_is_a_problem_with_the_reason_and_the_factor() {
    let web = Web::new();
    let refused = web.verify(GATE, "deploy", "000000");
    let expected = json!({"type": "about:blank", "title": "Forbidden", "status": 403, "reason": "wrong", "factor": "totp"});
    assert_eq!((refused.json(), &*refused.kind), (expected, "application/problem+json"));
    web.verify(ALL, "nobody", "000000").is_problem(404, "unknown_app");
    for no_code in ["", "12345", "abcdef"] {
        web.verify(GATE, "deploy", no_code).is_problem(400, "bad_request");
        web.verify(ALL, "nobody", no_code).is_problem(404, "unknown_app");
    }
}

#[test]
fn too_many_failures_are_429_and_then_423() {
    let web = Web::new();
    for _ in 0..4 {
        web.verify(GATE, "deploy", "000000").is_problem(403, "wrong");
    }
    let throttled = web.verify(GATE, "deploy", &code());
    throttled.is_problem(429, "throttled");
    assert_eq!(throttled.json()["retry_after"], 30);
    update(&web.store, &app("deploy"), |enrolment| {
        let mut account = enrolment.account.clone();
        account.guard.throttle = Throttle { failures: DISABLE_AFTER, ..Throttle::default() };
        ((), account)
    })
    .unwrap();
    web.verify(GATE, "deploy", &code()).is_problem(423, "disabled");
}

#[test]
fn an_app_out_of_scope_is_refused_alike_whether_or_not_it_exists() {
    let web = Web::new();
    let [there, missing] = ["other", "nobody"].map(|app| web.verify(GATE, app, &code()));
    there.is_problem(403, "out_of_scope");
    assert_eq!(there, missing);
    assert_eq!(web.store.get(&app("other")).unwrap().account.last_used, None);
}

#[test]
fn without_a_good_token_in_the_header_nothing_is_looked_at() {
    let web = Web::new();
    let with = |value: Option<String>, path: &str| -> Answered {
        let mut request =
            asked(GATE, &format!("POST {path}"), &json!({ "code": code() }).to_string());
        request.headers_mut().remove(header::AUTHORIZATION);
        if let Some(value) = value {
            request.headers_mut().insert(header::AUTHORIZATION, value.parse().unwrap());
        }
        web.answer(request)
    };
    let path = "/v1/apps/deploy/verify";
    let good = token(GATE);
    for value in [
        None,
        Some(String::new()),
        Some("Bearer".into()),
        Some("Bearer ".into()),
        Some(good.clone()),
        Some(format!("Basic {good}")),
        Some(format!("Bearer {good} ")),
        Some(format!("Bearer {good}x")),
        Some(format!("Bearer {}", good.replace('H', "I"))),
    ] {
        with(value, path).is_problem(401, "token");
    }
    with(None, &format!("{path}?access_token={good}&token={good}")).is_problem(401, "token");
    assert_eq!(web.store.get(&app("deploy")).unwrap().account.last_used, None);
    assert_eq!(with(Some(format!("bearer {good}")), path).status, 200, "a scheme has no case");
}

#[test]
fn the_log_names_the_client() {
    let web = Web::new();
    web.verify(GATE, "deploy", &code());
    let log = std::fs::read_to_string(web.folder.path().join("store/audit.jsonl")).unwrap();
    let event: serde_json::Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
    assert_eq!(event["client"], "client 2");
    assert_eq!((&event["action"], &event["outcome"]), (&json!("authenticate"), &json!("accepted")));
    assert_eq!(event["uid"], 1000);
}

#[test]
fn a_body_is_one_small_json_object_of_known_fields() {
    let web = Web::new();
    let ask = |body: String| web.ask(GATE, "POST /v1/apps/deploy/verify", &body);
    for body in ["{", "[]", "{}", "null", r#"{"code":1}"#, r#"{"code":"000000","x":1}"#] {
        ask(body.into()).is_problem(400, "bad_request");
    }
    let repeated = ask(r#"{"code":"000000","code":"000000"}"#.into());
    repeated.is_problem(400, "bad_request");
    ask(format!(r#"{{"code":"{}"}}"#, "0".repeat(70_000))).is_problem(413, "too_large");
    let kinds = [None, Some("text/plain"), Some("application/x-www-form-urlencoded")];
    for kind in kinds {
        let mut request: Request<Body> =
            asked(GATE, "POST /v1/apps/deploy/verify", r#"{"code":"000000"}"#);
        request.headers_mut().remove(header::CONTENT_TYPE);
        if let Some(kind) = kind {
            request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
        }
        web.answer(request).is_problem(415, "media_type");
    }
    let echoed = ask(r#"{"code":"287082","x":"287082"}"#.into()).text;
    assert!(!echoed.contains("287082"), "{echoed}");
    assert_eq!(web.store.get(&app("deploy")).unwrap().account.failures().0, 0);
}

#[test]
fn a_store_that_cannot_be_trusted_or_written_opens_nothing() {
    let web = Web::new();
    let state = web.folder.path().join("store/state");
    crate::common::disk::set_mode(&state, 0o777);
    web.verify(GATE, "deploy", &code()).is_problem(500, "store");
    crate::common::disk::set_mode(&state, 0o700);
    let log = web.folder.path().join("store/audit.jsonl");
    let _ = std::fs::remove_file(&log);
    std::os::unix::fs::symlink("/dev/full", &log).unwrap();
    let refused = web.verify(GATE, "deploy", &code());
    assert!(matches!(refused.status, 500 | 503), "{refused:?}");
    std::fs::remove_file(&log).unwrap();
    assert_eq!(web.verify(GATE, "deploy", &code()).status, 200);
}
