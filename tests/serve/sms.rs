use mfa::config::Config;
use mfa::serve::router;
use mfa::store::Store;
use serde_json::json;

use crate::common::gateway::Gateway;
use crate::web::{ALL, GATE, MANAGER, Web, app, service};

/// Makes a service whose app `deploy` has a phone, and the gateway that it is configured with.
fn with_phone(gateway: &Gateway) -> Web {
    let mut web = Web::new();
    let config = web.store.root().join("config.toml");
    std::fs::write(&config, gateway.config()).unwrap();
    crate::common::disk::set_mode(&config, 0o600);
    let sms = Config::load(&web.store).unwrap().sms;
    web.router = router(service(web.store.clone()).with_sms(sms));
    let set = web.ask(MANAGER, "PUT /v1/apps/deploy/phone", r#"{"phone":"+1 (555) 010-0199"}"#);
    set.is(200, &json!({"phone": "+*********99"}));
    web
}

#[test]
fn a_code_is_sent_and_verified_once() {
    let gateway = Gateway::start();
    let web = with_phone(&gateway);
    let sent = web.ask(GATE, "POST /v1/apps/deploy/sms", "");
    assert_eq!((sent.status, &*sent.text), (202, ""));
    let code = gateway.last_code();
    let accepted = web.verify(GATE, "deploy", &code);
    assert_eq!((accepted.status, &accepted.json()["factor"]), (200, &json!("sms")));
    web.verify(GATE, "deploy", &code).is_problem(403, "wrong");
    let again = web.ask(GATE, "POST /v1/apps/deploy/sms", "");
    again.is_problem(429, "throttled");
    assert_eq!(again.json()["retry_after"], 60);
}

#[test]
fn what_is_missing_or_out_of_scope_sends_nothing() {
    let gateway = Gateway::start();
    let web = with_phone(&gateway);
    web.ask(GATE, "POST /v1/apps/other/sms", "").is_problem(403, "out_of_scope");
    web.ask(ALL, "POST /v1/apps/nobody/sms", "").is_problem(404, "unknown_app");
    web.ask(ALL, "POST /v1/apps/other/sms", "").is_problem(409, "no_phone");
    assert_eq!(gateway.texts(), [""; 0]);
    let without = Web::new();
    without.ask(GATE, "POST /v1/apps/deploy/sms", "").is_problem(409, "no_gateway");
}

#[test]
fn a_gateway_that_fails_is_502_and_the_code_is_not_in_it() {
    let gateway = Gateway::answering("500 No luck");
    let web = with_phone(&gateway);
    let failed = web.ask(GATE, "POST /v1/apps/deploy/sms", "");
    failed.is_problem(502, "gateway");
    assert!(!failed.text.contains(&gateway.last_code()), "{failed:?}");
}

#[test]
fn a_phone_is_taken_away_with_null_and_no_number_is_refused() {
    let gateway = Gateway::start();
    let web = with_phone(&gateway);
    let set = |body: &str| web.ask(MANAGER, "PUT /v1/apps/deploy/phone", body);
    for body in [r#"{"phone":"123"}"#, r#"{"phone":""}"#, "{}", r#"{"phone":null,"x":1}"#] {
        set(body).is_problem(400, "bad_request");
    }
    let shown = web.ask(MANAGER, "GET /v1/apps/deploy", "").json();
    assert_eq!(shown["phone"], "+*********99");
    set(r#"{"phone":null}"#).is(200, &json!({"phone": null}));
    assert_eq!(web.store.get(&app("deploy")).unwrap().account.sms, None);
}
