//! Devices, from their enrolment to what they approve, and those who would like to be one.

mod attacks;
mod enrolling;
mod passkey;
mod phone;
mod race;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use mfa::push::Waker;
use mfa::send::{VapidKey, WebPush};
use mfa::serve::router;
use serde_json::json;

use crate::web::{ALL, GATE, MANAGER, Web, service};
use phone::Phone;

#[test]
fn what_a_device_approves_lets_its_caller_in_once() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    web.redeem(GATE, &asked.id).is_problem(409, "waiting");
    let approved = web.respond(&phone.cookie, &phone.approval(&web, &asked));
    approved.is(200, &json!({ "state": "approved" }));
    let opened = web.redeem(GATE, &asked.id);
    assert_eq!((opened.status, &opened.json()["accepted"]), (200, &true.into()), "{opened:?}");
    assert_eq!(opened.json()["factor"], "push");
    web.redeem(GATE, &asked.id).is_problem(410, "reused");
    web.respond(&phone.cookie, &phone.denial(&asked)).is_problem(410, "answered");
}

#[test]
fn a_device_is_asked_for_its_own_passkey_as_a_browser_reads_it() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    web.push();
    let id = BASE64_URL_SAFE_NO_PAD.encode(phone.passkey.id);
    let allowed = json!([{ "type": "public-key", "id": id }]);
    assert_eq!(phone.options(&web)["allowCredentials"], allowed);
}

#[test]
fn any_instance_can_finish_what_another_one_began() {
    let mut web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    let approval = phone.approval(&web, &asked);
    web.router = router(service(web.store.clone()));
    assert_eq!(web.respond(&phone.cookie, &approval).status, 200);
    web.router = router(service(web.store.clone()));
    assert_eq!(web.redeem(GATE, &asked.id).status, 200);
}

#[test]
fn a_denial_needs_the_session_alone_and_then_no_device_is_asked_for_an_hour() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    web.respond("", &phone.denial(&asked)).is_problem(403, "session");
    web.respond(&phone.cookie, &phone.denial(&asked)).is(200, &json!({ "state": "denied" }));
    web.redeem(GATE, &asked.id).is_problem(403, "denied");
    let again = web.ask(GATE, "POST /v1/apps/deploy/push", "{}");
    again.is_problem(429, "throttled");
    assert_eq!(again.json()["retry_after"], 3600);
}

#[test]
fn of_two_devices_the_first_to_answer_decides() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let codes = web.ask(ALL, "POST /v1/apps/deploy/backup-codes", r#"{"count":1}"#).json();
    let tablet = Phone::by(&web, 2, codes["backup_codes"][0].as_str().unwrap());
    let asked = web.push();
    let late = tablet.approval(&web, &asked);
    web.respond(&phone.cookie, &phone.denial(&asked)).is(200, &json!({ "state": "denied" }));
    web.respond(&tablet.cookie, &late).is_problem(410, "answered");
    web.redeem(GATE, &asked.id).is_problem(403, "denied");
}

#[test]
fn a_cancelled_challenge_is_answered_no_more() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    let approval = phone.approval(&web, &asked);
    assert_eq!(web.ask(GATE, &format!("DELETE /v1/push/{}", asked.id), "").status, 204);
    web.respond(&phone.cookie, &approval).is_problem(410, "cancelled");
    web.redeem(GATE, &asked.id).is_problem(410, "cancelled");
}

#[test]
fn a_device_that_was_removed_answers_no_more_and_what_it_approved_is_void() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let asked = web.push();
    assert_eq!(web.respond(&phone.cookie, &phone.approval(&web, &asked)).status, 200);
    let shown = web.ask(MANAGER, "GET /v1/apps/deploy", "").json();
    assert_eq!(shown["devices"][0]["id"], *phone.device);
    let path = format!("DELETE /v1/apps/deploy/devices/{}", phone.device);
    web.ask(GATE, &path, "").is_problem(403, "out_of_scope");
    assert_eq!(web.ask(MANAGER, &path, "").status, 204);
    web.ask(MANAGER, &path, "").is_problem(404, "unknown_device");
    web.redeem(GATE, &asked.id).is_problem(410, "cancelled");
    let pending = web.page("GET /api/device/pending", &phone.cookie, &json!(null));
    pending.is_problem(401, "session");
}

#[test]
fn a_device_leaves_by_itself_and_its_cookie_ends() {
    let web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let leaving = json!({ "deviceId": phone.device });
    web.page("DELETE /api/device", "", &leaving).is_problem(401, "session");
    let left = web.page("DELETE /api/device", &phone.cookie, &leaving);
    assert_eq!(left.status, 204);
    assert!(left.cookie.ends_with("Max-Age=0"), "{left:?}");
    let asked = web.ask(GATE, "POST /v1/apps/deploy/push", "{}");
    asked.is_problem(409, "no_device");
}

#[test]
fn a_device_is_notified_at_known_push_services_alone() {
    let mut web = Web::new();
    let phone = Phone::enrolled(&web, 1);
    let key = VapidKey::generate(|bytes| {
        bytes.fill(1);
        Ok::<_, ()>(())
    });
    let push = WebPush::new(key.unwrap(), "mailto:admin@example.org".parse().unwrap(), Vec::new());
    let waker = Waker { push: Some(push), ..Waker::default() };
    web.router = router(service(web.store.clone()).with_waker(waker));
    let at = |endpoint: &str| {
        let keys = json!({ "p256dh": "AAAA", "auth": "AAAA" });
        let subscription = json!({ "endpoint": endpoint, "expirationTime": null, "keys": keys });
        let body = json!({ "deviceId": phone.device, "subscription": subscription });
        web.page("PUT /api/device/subscription", &phone.cookie, &body)
    };
    assert_eq!(at("https://fcm.googleapis.com/fcm/send/1").status, 204);
    for foreign in ["https://192.168.1.1/", "https://example.org/", "http://localhost/", "x"] {
        at(foreign).is_problem(400, "bad_request");
    }
}
