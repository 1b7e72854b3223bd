use crate::common::codes::right;
use crate::{NUMBER, REFUSED, sent, with_gateway, with_phone};

#[test]
fn whoever_is_let_in_next_hears_of_a_new_number_once() {
    let (store, _) = with_phone();
    let said = store.mfa(["-a", "C", "-o", &right()]).said();
    let told = "warning: codes are sent to another phone since 20";
    assert!(said.stderr.starts_with(told), "{said:?}");
    assert!(said.stderr.ends_with(": +*********99\n"), "{said:?}");
    assert_eq!(store.state("C")["sms"], serde_json::json!({"phone": "+15550100199"}));
    store.mfa(["-a", "C", "-o", &right()]).gives(1, REFUSED, "");
}

#[test]
fn whoever_is_let_in_by_a_code_to_a_new_number_does_not_hush_it_up() {
    let (store, gateway) = with_phone();
    let told = "warning: codes are sent to another phone since 20";
    for code in [sent(&store, &gateway), right()] {
        let said = store.mfa(["-a", "C", "-o", &code]).said();
        assert!(said.stderr.starts_with(told), "{said:?}");
    }
}

#[test]
fn a_number_is_shown_with_its_last_two_digits_alone() {
    let (store, _) = with_phone();
    let list = store.mfa(["list", "--json"]).said();
    assert_eq!(list.json()[0]["phone"], "+*********99");
    assert!(store.mfa(["list", "--long"]).said().stdout.contains(" +*********99 "));
    let set = "{\"app\":\"C\",\"phone\":\"+*********98\"}\n";
    store.mfa(["phone", "C", "+15550100198", "--json"]).gives(0, set, "");
    let log = store.read("audit.jsonl");
    assert_eq!(log.matches("\"action\":\"phone\"").count(), 2);
    assert!(!log.contains("5550100"), "{log}");
}

#[test]
fn a_removed_number_gets_no_code_and_takes_the_one_on_its_way_along() {
    let (store, gateway) = with_phone();
    let code = sent(&store, &gateway);
    store.mfa(["phone", "C", "--remove"]).gives(0, "No codes for C go to a phone\n", "");
    store.mfa(["-a", "C", "-o", &code]).gives(1, REFUSED, "");
    assert_eq!(store.mfa(["sms", "C"]).said().status, Some(4));
    let removed = "{\"app\":\"C\",\"phone\":null}\n";
    store.mfa(["phone", "C", "--remove", "--json"]).gives(0, removed, "");
}

#[test]
fn what_is_no_number_is_status_2() {
    let (store, _) = with_gateway();
    for (number, why) in [
        ("5550100199", "a phone number begins with '+' and the country code"),
        (
            "+44 (0)20 7946 0000",
            "a phone number with a country code has no '(0)', nor a 0 after its '+'",
        ),
        ("+1", "a phone number has 7 to 15 digits, not 1"),
    ] {
        let error =
            format!("error: invalid value {} for '[NUMBER]': {why}\n", mfa::domain::quoted(number));
        store.mfa(["phone", "C", number]).gives(2, "", &error);
    }
    assert_eq!(store.mfa(["phone", "C"]).said().status, Some(2));
    assert_eq!(store.mfa(["phone", "C", NUMBER, "--remove"]).said().status, Some(2));
    store.mfa(["phone", "D", NUMBER]).gives(4, "", "error: no app named 'D'\n");
}

#[test]
fn a_number_to_be_confirmed_counts_once_its_code_is_typed() {
    let (store, gateway) = with_gateway();
    let confirm = ["phone", "C", NUMBER, "--confirm"];
    let started = store.mfa(confirm).fed("").start();
    let code = gateway.wait();
    let said = started.answered(format!("{code}\n"));
    assert_eq!((said.status, &*said.stdout), (Some(0), "Codes for C go to +*********99\n"));
    store.mfa(["-a", "C", "-o", &code]).gives(1, REFUSED, "");
}

#[test]
fn a_number_whose_code_is_wrong_does_not_count() {
    let (store, gateway) = with_gateway();
    let said = store.mfa(["phone", "C", NUMBER, "--confirm"]).fed("000000\n").said();
    let stays = format!("{REFUSED}the number stays as it was\n");
    assert_eq!((said.status, &*said.stdout, &*said.stderr), (Some(1), "", &*stays));
    assert_eq!(gateway.texts().len(), 1);
    assert!(store.state("C")["sms"].is_null());
}
