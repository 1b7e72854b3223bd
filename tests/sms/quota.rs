use crate::common::gateway::Gateway;
use crate::common::{TempStore, race};
use crate::{wait_a_minute, with_gateway};

/// Makes a store of so many apps with a phone each, in which two texts an hour are sent at most.
fn with_apps(count: usize) -> (TempStore, Gateway) {
    let (store, gateway) = with_gateway();
    let config = gateway.config().replace("[sms]", "[sms]\nper_hour = 2");
    store.put("config.toml", config);
    for number in 0..count {
        let name = format!("app{number}");
        let create = ["create", "-n", "me", "-i", &name, "--no-image"];
        assert_eq!(store.mfa(create).said().status, Some(0));
        let set = ["phone", &name, "+15550100199"];
        assert_eq!(store.mfa(set).said().status, Some(0));
    }
    (store, gateway)
}

fn sent_of(store: &TempStore) -> u64 {
    let quota: serde_json::Value = serde_json::from_str(&store.read("policy/.sms.json")).unwrap();
    quota["sent"].as_u64().unwrap()
}

#[test]
fn however_many_apps_ask_at_once_no_more_go_out_in_an_hour() {
    let (store, gateway) = with_apps(8);
    let said = race((0..8).map(|number| store.mfa(["sms", &format!("app{number}")])));
    let statuses: Vec<_> = said.iter().map(|said| said.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == Some(0)).count(), 2, "{said:?}");
    assert_eq!(statuses.iter().filter(|status| **status == Some(3)).count(), 6, "{said:?}");
    assert_eq!(gateway.texts().len(), 2);
    let again = store.mfa(["sms", "app0", "--json"]).said();
    assert_eq!(again.status, Some(3));
    assert!(again.json()["retry_after"].as_u64().unwrap() > 3000, "{again:?}");
}

#[test]
fn what_is_not_sent_counts_for_nothing() {
    let (store, gateway) = with_gateway();
    assert_eq!(store.mfa(["phone", "C", "+15550100199"]).said().status, Some(0));
    assert_eq!(store.mfa(["sms", "C"]).said().status, Some(0));
    for _ in 0..3 {
        assert_eq!(store.mfa(["sms", "C"]).said().status, Some(3), "a minute has to go by");
    }
    assert_eq!((sent_of(&store), gateway.texts().len()), (1, 1));
    wait_a_minute(&store);
    assert_eq!(store.mfa(["sms", "C"]).said().status, Some(0));
    assert_eq!((sent_of(&store), gateway.texts().len()), (2, 2));
}

#[test]
fn a_damaged_count_sends_nothing_and_doctor_finds_it() {
    let (store, gateway) = with_apps(1);
    std::fs::create_dir_all(store.at("policy")).unwrap();
    crate::common::disk::set_mode(store.at("policy"), 0o700);
    store.put("policy/.sms.json", "{\"began\":0,\"sent\":-1}");
    let damaged = "STORE/policy/.sms.json is damaged: no quota at line 1 column 20";
    store.mfa(["sms", "app0"]).gives(5, "", &format!("error: {damaged}\n"));
    assert!(store.mfa(["doctor"]).said().stdout.contains(damaged));
    assert_eq!(gateway.texts(), [""; 0]);
}

#[test]
fn where_there_is_a_key_the_count_bears_its_code() {
    let (store, gateway) = with_apps(1);
    let key = store.outside().join("key");
    let key = key.to_str().unwrap();
    assert_eq!(store.bare(["keygen", key]).said().status, Some(0));
    let with_key = |args: &[&str]| store.mfa(["--key-file", key]).args(args).said();
    assert_eq!(with_key(&["encrypt"]).status, Some(0));
    assert_eq!(with_key(&["sms", "app0"]).status, Some(0));
    assert!(store.read("policy/.sms.json").contains("mfa-mac:1:"));
    store.put("policy/.sms.json", "{\"began\":0,\"sent\":0}\n");
    assert_eq!(with_key(&["sms", "app0"]).status, Some(5), "somebody has set it back");
    assert_eq!(with_key(&["encrypt"]).status, Some(0));
    assert!(store.read("policy/.sms.json").contains("mfa-mac:1:"));
    assert_eq!(store.mfa(["decrypt"]).said().status, Some(5));
    assert!(store.read("policy/.sms.json").contains("mfa-mac:1:"), "without the key, it stays");
    assert_eq!(with_key(&["decrypt"]).status, Some(0));
    assert!(!store.read("policy/.sms.json").contains("mfa-mac:1:"));
    assert_eq!(gateway.texts().len(), 1);
}
