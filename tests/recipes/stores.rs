use std::fs;

use crate::common::TempStore;
use crate::common::codes::right;
use crate::home::Home;
use crate::pages::{PAM, POLICY, STORES, TOKENS};
use crate::{by_name, recipe, with_app};
use mfa::domain::{Hotp, Secret};

const SECRETS: &str = ".local/share/mfa/secrets";

#[test]
fn doctor_finds_a_picture_and_mends_it() {
    let home = Home::new();
    home.sh("mfa create -n you@example.com -i 'Example Corp'");
    home.sh(&format!("mfa -a 'Example Corp' -o {}", home.code("Example Corp")));
    home.session(recipe(STORES, "$ mfa doctor"), &[]);
}

#[test]
fn secrets_are_sealed_and_a_gate_without_the_key_refuses() {
    let home = Home::new();
    home.enrol("Example Corp", "you@example.com");
    let code = home.enrol("GitHub", "me@github.com");
    home.session(recipe(STORES, "$ mfa keygen"), &[("151942", &|_| code.clone())]);
}

#[test]
fn another_key_seals_once_every_gate_has_it() {
    let home = Home::new();
    let code = home.enrol("GitHub", "me@github.com");
    home.sh("mfa keygen old.key; mfa --key-file old.key encrypt");
    home.sh(recipe(STORES, "cat old.key"));
    assert_eq!(home.sh(&format!("mfa --key-file new.key -a GitHub -o {code}")), "Welcome\n");
    home.sh(recipe(STORES, "mfa --key-file new.key encrypt"));
    let new = fs::read_to_string(home.at("new.key")).unwrap();
    fs::write(home.at("new.key"), new.lines().next().unwrap().to_owned() + "\n").unwrap();
    home.sh("mfa --key-file new.key code GitHub");
}

#[test]
fn a_token_is_enrolled_and_its_codes_are_by_counter() {
    let home = Home::new();
    let first: &dyn Fn(&str) -> String = &|_| {
        let text = fs::read(home.at(SECRETS).join("Door")).unwrap();
        Hotp::default().code(&Secret::parse(&text).unwrap(), 0)
    };
    home.session(recipe(TOKENS, "--hotp"), &[("151791", first)]);
}

#[test]
fn tokens_come_in_by_the_batch() {
    let home = Home::new();
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/import/pskc_key.xml");
    fs::copy(data, home.at("batch.xml")).unwrap();
    let key = "000102030405060708090a0b0c0d0e0f1011121314151617\n";
    fs::write(home.at("transport.key"), key).unwrap();
    let block = recipe(TOKENS, "$ mfa import batch.xml");
    let (_, table) = block.split_once("$ cat tokens.csv\n").unwrap();
    fs::write(home.at("tokens.csv"), table.split_once("$ ").unwrap().0).unwrap();
    home.session(block, &[]);
}

#[test]
fn a_report_tells_who_still_has_to_enrol() {
    let store: TempStore = with_app("ops");
    let policy = store.outside().join("policy.yaml");
    fs::write(&policy, recipe(POLICY, "risk_based_prompting:")).unwrap();
    let report = recipe(POLICY, "getent").replace("/etc/mfa/policy.yaml", policy.to_str().unwrap());
    let script = format!("set -e\n{}\n{report}", by_name(&store));
    let said = store.program("sh", ["-c", &script]).said();
    let of = |name: &str| {
        let mut lines = said.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        lines.find(|words| words.first() == Some(&name)).unwrap_or_else(|| panic!("{said:?}"))
    };
    assert_eq!(said.status, Some(0), "{said:?}");
    assert_eq!((of("ops")[1], of("root")[1..3].join(" ")), ("enrolled", "not checked".into()));
}

#[test]
fn the_synopses_of_policies_are_what_the_program_takes() {
    let store = with_app("APP");
    let policy = store.outside().join("policy.yaml");
    fs::write(&policy, recipe(POLICY, "risk_based_prompting:")).unwrap();
    let check = ["policy", "check", "APP", "--device", "ID", "--location", "X", "--policy"];
    assert_eq!(store.mfa(check).args([&policy]).said().status, Some(10));
    let line =
        recipe(POLICY, "mfa authenticate APP -o - --remember-device").lines().next().unwrap();
    let script = format!("{}\n{line}", by_name(&store));
    store.program("sh", ["-c", &script]).fed(right()).gives(0, "Welcome\n", "");
    store.mfa(check).args([&policy]).gives(0, "Allowed\n", "");
    let help = store.bare(["policy", "check", "--help"]).said().stderr;
    let synopsis = recipe(POLICY, "[--service-account]");
    for flag in synopsis.split([' ', '[', ']', '\n']).filter(|word| word.starts_with("--")) {
        assert!(help.contains(flag), "{flag}: {help}");
    }
}

#[test]
fn an_administrator_enrols_an_account_for_pam() {
    let home = Home::new();
    let store = home.at("store").display().to_string();
    home.sh(&recipe(PAM, "--app alice").replace("/var/lib/mfa", &store));
    assert!(home.sh(&format!("mfa --store {store} list")).starts_with("App Name: alice\n"));
}
