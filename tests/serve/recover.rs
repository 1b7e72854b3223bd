use axum::body::Body;
use axum::http::{Request, header};
use mfa::domain::{Provisioned, Totp, UnixTime, parse_provisioning_uri};
use mfa::store::Store;
use serde_json::{Value, json};

use crate::common::recovery::{CODE, issue_known};
use crate::web::{Answered, GATE, NOW, Web, app, code};

fn recover(web: &Web, body: &Value) -> Answered {
    let request = Request::post("/api/recover").header(header::HOST, "localhost:8080");
    let request = request.header(header::CONTENT_TYPE, "application/json");
    web.answer(request.body(Body::from(body.to_string())).unwrap())
}

fn with(code: &str, first_code: Option<&str>) -> Value {
    let mut body = json!({ "app": "deploy", "code": code });
    if let Some(first) = first_code {
        body["first_code"] = first.into();
    }
    body
}

/// Makes a service whose app `deploy` has a recovery code.
fn lost() -> Web {
    let web = Web::new();
    issue_known(&web.store, &app("deploy"), NOW);
    web
}

/// Returns the code of the secret that the service shows.
fn first_code(shown: &Answered, at: u64) -> String {
    let uri = shown.json()["uri"].as_str().unwrap().to_owned();
    let Provisioned { secret, .. } = parse_provisioning_uri(&uri).unwrap();
    Totp::default().code(&secret, UnixTime(at))
}

#[test]
fn the_owner_sees_a_new_secret_and_confirms_it_once() {
    let web = lost();
    let shown = recover(&web, &with(CODE, None));
    assert_eq!(shown.status, 200, "{shown:?}");
    assert!(!shown.json()["qr"].as_str().unwrap().is_empty());
    let again = recover(&web, &with(CODE, None));
    assert_ne!(again.text, shown.text, "what somebody saw before is void");
    let void = first_code(&shown, NOW.0);
    recover(&web, &with(CODE, Some(&void))).is_problem(403, "first_code");
    let first = first_code(&again, NOW.0);
    let recovered = recover(&web, &with(CODE, Some(&first)));
    assert_eq!(recovered.status, 201, "{recovered:?}");
    let codes = recovered.json()["backup_codes"].as_array().unwrap().clone();
    assert_eq!(codes.len(), 10);
    recover(&web, &with(CODE, Some(&first))).is_problem(403, "wrong");
    web.verify(GATE, "deploy", &code()).is_problem(403, "wrong");
    web.verify(GATE, "deploy", &first).is_problem(403, "reused");
    assert_eq!(web.verify(GATE, "deploy", codes[0].as_str().unwrap()).status, 200);
}

#[test]
fn until_the_first_code_is_right_everything_is_as_before() {
    let web = lost();
    assert_eq!(recover(&web, &with(CODE, None)).status, 200);
    recover(&web, &with(CODE, Some("000000"))).is_problem(403, "first_code");
    recover(&web, &with(CODE, Some("00000"))).is_problem(400, "bad_request");
    let opened = web.verify(GATE, "deploy", &code());
    assert_eq!((opened.status, opened.json()["notices"]["recovery_code"].is_string()), (200, true));
}

#[test]
fn an_app_that_is_not_there_is_a_wrong_code_and_guesses_wait() {
    let web = lost();
    let wrong = recover(&web, &with("0000-0000-0000-0000", None));
    wrong.is_problem(403, "wrong");
    for name in ["nobody", "other", "../x", ""] {
        let body = json!({ "app": name, "code": CODE });
        assert_eq!(recover(&web, &body), wrong, "{name}");
    }
    for name in ["nobody", "other"] {
        let body = json!({ "app": name, "code": CODE });
        let answers: Vec<_> = (0..4).map(|_| recover(&web, &body).status).collect();
        assert_eq!(answers, [403, 403, 403, 429], "{name}");
    }
    for malformed in ["", "7KQ4-M2XH-9WRT", &code()] {
        recover(&web, &with(malformed, None)).is_problem(400, "bad_request");
    }
    for _ in 0..3 {
        recover(&web, &with("0000-0000-0000-0000", None)).is_problem(403, "wrong");
    }
    recover(&web, &with(CODE, None)).is_problem(429, "throttled");
    assert_eq!(web.verify(GATE, "deploy", &code()).status, 200, "the gate does not wait");
}

#[test]
fn of_32_at_once_one_recovers() {
    let web = lost();
    let first = first_code(&recover(&web, &with(CODE, None)), NOW.0);
    let body = with(CODE, Some(&first));
    let ask = || recover(&web, &body).status;
    let answers: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..32).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert!(web.store.get(&app("deploy")).unwrap().account.recovery.issued.is_none());
}
