use crate::common::codes::right;
use crate::common::disk::set_mode;
use crate::common::gateway::Gateway;
use crate::{change, sent, wait_a_minute, with_gateway, with_phone};

#[test]
fn the_next_code_has_to_wait_a_minute() {
    let (store, gateway) = with_phone();
    sent(&store, &gateway);
    let said = store.mfa(["sms", "C", "--json"]).said();
    let wait = said.json()["retry_after"].as_u64().unwrap();
    assert!((50..=60).contains(&wait));
    let answer = serde_json::json!({"app": "C", "sent": false, "reason": "throttled",
        "retry_after": wait, "phone": "+*********99"});
    let error = format!(
        "error: no code was sent, since there were others lately\nhint: try again in {wait} s\n"
    );
    assert_eq!((said.status, said.json(), said.stderr), (Some(3), answer, error));
    wait_a_minute(&store);
    let said = store.mfa(["sms", "C", "--json"]).said();
    let answer = serde_json::json!({"app": "C", "sent": true, "reason": "sent",
        "retry_after": null, "phone": "+*********99"});
    assert_eq!((said.status, said.json(), gateway.texts().len()), (Some(0), answer, 2));
}

#[test]
fn without_a_phone_or_a_gateway_nothing_is_sent_and_it_says_what_is_missing() {
    let (store, gateway) = with_gateway();
    let missing = "error: no code was sent, since the app has no phone\nhint: mfa phone C --store STORE +NUMBER\n";
    store.mfa(["sms", "C"]).gives(4, "", missing);
    store.mfa(["sms", "D"]).gives(4, "", "error: no app named 'D'\n");
    std::fs::remove_file(store.at("config.toml")).unwrap();
    let none = "error: there is no SMS gateway to send codes with\nhint: the section [sms] of the store's config.toml describes one\n";
    store.mfa(["sms", "C"]).gives(2, "", none);
    assert_eq!(gateway.texts(), [""; 0]);
    assert!(!store.read("audit.jsonl").contains("\"action\":\"sms\""));
}

#[test]
fn an_unlock_forgets_what_was_sent_and_leaves_the_minute_between_two_texts() {
    let (store, gateway) = with_phone();
    sent(&store, &gateway);
    assert_eq!(store.state("C")["asked"]["failures"], 1);
    store.mfa(["unlock", "C"]).gives(0, "Cleared the count of what was sent\n", "");
    assert!(store.state("C")["asked"].is_null());
    store.mfa(["unlock", "C"]).gives(0, "There was nothing to clear\n", "");
    assert_eq!(store.mfa(["sms", "C"]).said().status, Some(3));
}

#[test]
fn a_disabled_app_sends_nothing() {
    let (store, gateway) = with_phone();
    change(&store, "/failures", 100);
    let disabled = "error: no code was sent, since the app is disabled\nhint: its owner can unlock it: mfa unlock C --store STORE\n";
    store.mfa(["sms", "C"]).gives(3, "", disabled);
    assert_eq!(gateway.texts(), [""; 0]);
}

#[test]
fn a_gateway_that_fails_is_told_without_the_code_and_what_it_heard_counts() {
    let (store, _) = with_phone();
    let gateway = Gateway::answering("500 No luck");
    store.put("config.toml", gateway.config());
    let answer = "{\"app\":\"C\",\"sent\":false,\"reason\":\"gateway\",\"retry_after\":null,\"phone\":\"+*********99\"}\n";
    store.mfa(["sms", "C", "--json"]).gives(6, answer, "error: the SMS gateway answered 500\n");
    assert_eq!(gateway.texts().len(), 1);
    assert_eq!(store.mfa(["sms", "C"]).said().status, Some(3));
    let log = store.read("audit.jsonl");
    let outcomes: Vec<_> = log
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|event| event["action"] == "sms")
        .map(|event| (event["factor"].clone(), event["outcome"].clone()))
        .collect();
    let line = |outcome: &str| ("sms".into(), outcome.into());
    assert_eq!(outcomes, [line("done"), line("gateway"), line("throttled")]);
}

#[test]
fn a_code_that_cannot_be_recorded_is_not_sent() {
    let (store, gateway) = with_phone();
    let failed = "error: cannot write STORE/policy/.sms.json: File too large (os error 27)\n";
    store.after("ulimit -f 0", ["sms", "C"]).gives(6, "", failed);
    let failed = "error: cannot write STORE/policy/.sms.json: File too large (os error 27)\n";
    store.after("ulimit -f 40", ["sms", "C"]).gives(6, "", failed);
    assert_eq!(gateway.texts(), [""; 0]);
}

#[test]
fn an_unsafe_configuration_sends_nothing() {
    let (store, gateway) = with_phone();
    set_mode(store.at("config.toml"), 0o644);
    let open =
        "error: STORE/config.toml is open to other users\nhint: run chmod 600 STORE/config.toml\n";
    store.mfa(["sms", "C"]).gives(5, "", open);
    store.mfa(["-a", "C", "--sms", "-o", "-"]).fed(right()).gives(5, "", open);
    assert_eq!(gateway.texts(), [""; 0]);
}
