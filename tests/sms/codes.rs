use std::fs;

use crate::common::codes::{right, wrong};
use crate::common::race;
use crate::{REFUSED, change, sent, wait_a_minute, with_phone};

#[test]
fn a_code_opens_once_and_says_which_factor_it_was() {
    let (store, gateway) = with_phone();
    let code = sent(&store, &gateway);
    assert_eq!(gateway.texts(), [format!("Your code is: {code}")]);
    let said = store.mfa(["-a", "C", "--json", "-o", &code]).said();
    let accepted = serde_json::json!({"accepted": true, "reason": "accepted", "retry_after": null,
        "factor": "sms", "backup_codes_left": 0});
    assert_eq!((said.status, said.json()), (Some(0), accepted));
    store.mfa(["-a", "C", "-o", &code]).gives(1, REFUSED, "");
    assert_eq!(store.mfa(["-a", "C", "-o", &right()]).said().status, Some(0));
}

#[test]
fn of_32_processes_with_one_code_exactly_one_is_let_in() {
    let (store, gateway) = with_phone();
    for round in 0..5 {
        let code = format!("{}\n", sent(&store, &gateway));
        let said = race((0..32).map(|_| store.mfa(["-a", "C", "-o", "-"]).fed(&*code)));
        let with = |status| said.iter().filter(|said| said.status == Some(status)).count();
        assert_eq!([with(0), with(1), with(3)], [1, 4, 27], "round {round}");
        assert_eq!(said.iter().filter(|said| said.stdout == "Welcome\n").count(), 1);
        store.mfa(["unlock", "C"]).gives(0, "Cleared 4 failures\n", "");
        wait_a_minute(&store);
    }
}

#[test]
fn of_32_processes_that_send_exactly_one_does() {
    let (store, gateway) = with_phone();
    let said = race((0..32).map(|_| store.mfa(["sms", "C"]).fed("")));
    let with = |status| said.iter().filter(|said| said.status == Some(status)).count();
    assert_eq!(([with(0), with(3)], gateway.texts().len()), ([1, 31], 1));
    assert_eq!(store.mfa(["-a", "C", "-o", &gateway.last_code()]).said().stdout, "Welcome\n");
}

#[test]
fn a_code_does_not_open_after_300_seconds() {
    let (store, gateway) = with_phone();
    let code = sent(&store, &gateway);
    let expires = store.state("C")["sms"]["sent"]["code"]["expires"].as_u64().unwrap();
    let at = store.state("C")["sms"]["sent"]["at"].as_u64().unwrap();
    assert_eq!(expires, at + 300);
    change(&store, "/sms/sent/at", at - 300);
    change(&store, "/sms/sent/code/expires", expires - 300);
    store.mfa(["-a", "C", "-o", &code]).gives(1, REFUSED, "");
}

#[test]
fn a_code_does_not_open_after_five_wrong_ones_even_where_an_unlock_forgets_those() {
    let (store, gateway) = with_phone();
    let code = sent(&store, &gateway);
    for _ in 0..5 {
        store.mfa(["-a", "C", "-o", &wrong()]).gives(1, REFUSED, "");
        store.mfa(["unlock", "C"]).gives(0, "Cleared 1 failure\n", "");
    }
    store.mfa(["-a", "C", "-o", &code]).gives(1, REFUSED, "");
}

#[test]
fn a_newer_code_voids_the_one_before() {
    let (store, gateway) = with_phone();
    let first = sent(&store, &gateway);
    wait_a_minute(&store);
    let second = sent(&store, &gateway);
    store.mfa(["-a", "C", "-o", &first]).gives(1, REFUSED, "");
    assert_eq!(store.mfa(["-a", "C", "-o", &second]).said().stdout, "Welcome\n");
}

#[test]
fn what_is_kept_of_a_code_is_not_the_code() {
    let (store, gateway) = with_phone();
    let code = sent(&store, &gateway);
    for (path, (_, holds)) in store.snapshot() {
        assert!(!holds.contains(&code), "{}", path.display());
    }
    assert!(fs::read_to_string(store.at("audit.jsonl")).unwrap().contains("\"action\":\"sms\""));
}
