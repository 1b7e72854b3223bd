use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::passkey::{PRESENT, Passkey};
use super::phone::{Asked, Phone, from_page};
use crate::web::{ALL, GATE, MANAGER, Web};

const RESPOND: &str = "POST /api/auth/mfa/push/respond";

/// Returns an approval with other fields than the page sends.
fn with(approval: &Value, fields: &[(&str, Value)]) -> Value {
    let mut approval = approval.clone();
    for (name, value) in fields {
        approval[*name] = value.clone();
    }
    approval
}

/// Returns the challenge that follows one which was used, on an app whose devices are asked again at once.
fn next(web: &Web, phone: &Phone, asked: &Asked) -> Asked {
    assert_eq!(web.respond(&phone.cookie, &phone.approval(web, asked)).status, 200);
    assert_eq!(web.redeem(GATE, &asked.id).status, 200);
    web.push()
}

#[test]
fn nothing_but_the_right_passkey_for_this_challenge_approves() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let first = web.push();
    let replayed = phone.approval(&web, &first)["assertion"].clone();
    let asked = next(&web, &phone, &first);
    let (approval, options) = (phone.approval(&web, &asked), phone.options(&web));
    let forged = |passkey: Passkey| passkey.get(&options);
    let mut signature = approval["assertion"].clone();
    signature["response"]["signature"] = replayed["response"]["signature"].clone();
    let assertions = [
        ("none", Value::Null),
        ("replayed", replayed),
        ("another signature", signature),
        (
            "another origin",
            forged(Passkey { origin: "https://evil.example", ..phone.passkey.clone() }),
        ),
        ("another site", forged(Passkey { site: "evil.example", ..phone.passkey.clone() })),
        ("no verification", forged(Passkey { flags: PRESENT, ..phone.passkey.clone() })),
        ("nobody there", forged(Passkey { flags: 0, ..phone.passkey.clone() })),
        ("another device", forged(Passkey::new(9))),
        ("another challenge", phone.passkey.get(&json!({ "challenge": "AAAA" }))),
        ("a frame", forged(Passkey { framed: true, ..phone.passkey.clone() })),
        ("a registration", phone.passkey.create(&options)["response"].clone()),
    ];
    for (name, assertion) in assertions {
        let answer = web.respond(&phone.cookie, &with(&approval, &[("assertion", assertion)]));
        assert!(matches!(answer.status, 400 | 403), "{name}: {answer:?}");
        web.redeem(GATE, &asked.id).is_problem(409, "waiting");
    }
    for number in [0, 9, 100] {
        let slip = with(&approval, &[("number", number.into())]);
        web.respond(&phone.cookie, &slip).is_problem(400, "bad_request");
    }
    let list = json!([asked.id, true, phone.device, asked.number, approval["assertion"]]);
    web.respond(&phone.cookie, &list).is_problem(400, "bad_request");
    web.respond("", &approval).is(200, &json!({ "state": "approved" }));
}

#[test]
fn the_three_fields_of_many_a_guide_never_approve() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    let three = json!({ "challenge": asked.id, "approved": true, "deviceId": phone.device });
    web.respond("", &three).is_problem(403, "assertion");
    web.respond(&phone.cookie, &three).is_problem(403, "assertion");
    let numbered = with(&three, &[("number", asked.number.into())]);
    web.respond(&phone.cookie, &numbered).is_problem(403, "assertion");
    web.redeem(GATE, &asked.id).is_problem(409, "waiting");
    web.respond(&phone.cookie, &phone.denial(&asked)).is(200, &json!({ "state": "denied" }));
}

#[test]
fn a_wrong_number_denies_but_only_from_the_device() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    let wrong = if asked.number == 99 { 10 } else { asked.number + 1 };
    let approval = phone.approval(&web, &asked);
    let bare = json!({ "challenge": asked.id, "approved": true, "deviceId": phone.device, "number": wrong });
    web.respond("", &bare).is_problem(403, "assertion");
    web.redeem(GATE, &asked.id).is_problem(409, "waiting");
    let wrong = with(&approval, &[("number", wrong.into())]);
    web.respond("", &wrong).is_problem(403, "denied");
    web.respond("", &approval).is_problem(410, "answered");
    web.redeem(GATE, &asked.id).is_problem(403, "denied");
}

#[test]
fn of_fifty_numbers_tried_at_once_one_counts() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    let approval = phone.approval(&web, &asked);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let tries = (10..=99).filter(|number| *number != asked.number).take(50);
        let tries = tries.map(|number| with(&approval, &[("number", number.into())]));
        let tries: Vec<_> = tries.map(|body| scope.spawn(|| web.respond("", &{ body }))).collect();
        tries.into_iter().map(|tried| tried.join().unwrap().status).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 403).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 403 | 410)), "{answers:?}");
    web.respond("", &approval).is_problem(410, "answered");
}

#[test]
fn another_caller_neither_redeems_nor_cancels_a_challenge() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    assert_eq!(web.respond(&phone.cookie, &phone.approval(&web, &asked)).status, 200);
    for other in [ALL, MANAGER] {
        web.redeem(other, &asked.id).is_problem(404, "unknown_challenge");
        let cancel = format!("DELETE /v1/push/{}", asked.id);
        web.ask(other, &cancel, "").is_problem(404, "unknown_challenge");
    }
    assert_eq!(web.redeem(GATE, &asked.id).status, 200);
}

#[test]
fn of_twenty_pushes_at_once_one_reaches_the_owner() {
    let web = Web::new();
    Phone::enrolled(&web, 1);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let ask = || web.ask(GATE, "POST /v1/apps/deploy/push", "{}").status;
        let asking: Vec<_> = (0..20).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 201 | 409 | 429)), "{answers:?}");
}

#[test]
fn pages_of_other_sites_and_other_hosts_change_nothing() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    let denial = || from_page(RESPOND, &phone.cookie, &phone.denial(&asked));
    let origin = |value: &'static str| {
        let mut request = denial();
        request.headers_mut().insert(header::ORIGIN, HeaderValue::from_static(value));
        request
    };
    for other in ["https://evil.example", "null", "http://localhost", "http://localhost:8080.evil"]
    {
        web.answer(origin(other)).is_problem(403, "origin");
    }
    let mut silent = denial();
    silent.headers_mut().remove(header::ORIGIN);
    web.answer(silent).is_problem(403, "origin");
    let mut twice = denial();
    twice.headers_mut().append(header::ORIGIN, HeaderValue::from_static("https://evil.example"));
    web.answer(twice).is_problem(403, "origin");
    for host in ["evil.example", "127.0.0.1:8080", "localhost"] {
        let mut elsewhere = denial();
        elsewhere.headers_mut().insert(header::HOST, HeaderValue::from_static(host));
        assert_eq!(web.answer(elsewhere).status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    let mut read = from_page("GET /api/device/pending", &phone.cookie, &Value::Null);
    read.headers_mut().remove(header::ORIGIN);
    read.headers_mut().insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    web.answer(read).is_problem(403, "origin");
    web.redeem(GATE, &asked.id).is_problem(409, "waiting");
}

#[test]
fn a_session_of_another_device_or_with_another_secret_denies_nothing() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    let (rest, last) = phone.cookie.split_at(phone.cookie.len() - 2);
    let secret = format!("{rest}{}", if last == "Ag" { "AQ" } else { "Ag" });
    let device = phone.cookie.replace(&phone.device, &"0".repeat(32));
    for cookie in ["", &*secret, &*device, "__Host-mfa-x=y"] {
        web.respond(cookie, &phone.denial(&asked)).is_problem(403, "session");
    }
}
