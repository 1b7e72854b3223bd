use std::fs;

use crate::common::codes::{right, wrong};
use crate::common::disk::set_mode;
use crate::common::{Said, TempStore};
use crate::pages::POLICY;
use crate::ssh::Server;
use crate::{by_name, put_program, recipe, with_app};

/// Writes the policy of the documentation beside a store.
fn put_policy(store: &TempStore) {
    let policy = recipe(POLICY, "risk_based_prompting:");
    fs::write(store.outside().join("policy.yaml"), policy).unwrap();
}

/// Runs a script with a program `deploy.sh` beside it.
fn run(store: &TempStore, script: &str, who: &str, code: &str) -> Said {
    put_program(store, "deploy.sh", "echo deployed");
    let policy = store.outside().join("policy.yaml").display().to_string();
    let script = script.replace("/etc/mfa/policy.yaml", &policy);
    let script = format!("{}\n{script}", by_name(store));
    store.program("sh", ["-c", &script, "sh", who]).fed(code).said()
}

#[test]
fn the_pipeline_deploys_with_a_code_and_not_without() {
    for (who, code, deploys) in
        [("ops", right(), true), ("ops", wrong(), false), ("nobody", right(), false)]
    {
        let store = with_app("ops");
        put_policy(&store);
        let said = run(&store, recipe(POLICY, "--sensitive deploy"), who, &code);
        assert_eq!(said.stdout.ends_with("deployed\n"), deploys, "{said:?}");
        assert_eq!(said.status == Some(0), deploys, "{said:?}");
    }
}

#[test]
fn the_nightly_build_needs_no_code_and_is_logged() {
    let store = with_app("ops");
    put_policy(&store);
    let said = run(&store, recipe(POLICY, "check nightly"), "", "");
    assert_eq!(said.stdout, "Allowed: service account\ndeployed\n", "{said:?}");
    assert!(store.read("audit.jsonl").contains("\"app\":\"nightly\""));
}

#[test]
fn the_gate_in_a_script_asks_once_and_then_knows_the_device() {
    let store = with_app("ops");
    put_policy(&store);
    let gate = recipe(POLICY, r#"--remember-device "$key""#)
        .replace("mfa authenticate", "mfa authenticate -o -");
    let script = format!("user=ops key=SHA256:abc address=203.0.113.7\n{gate}\necho in");
    let said = run(&store, &script, "", &right());
    assert!(said.stdout.ends_with("Welcome\nin\n"), "{said:?}");
    let script = script.replace("113.7", "113.8");
    fs::remove_file(store.outside().join("mfa")).unwrap();
    let said = run(&store, &script, "", "");
    assert_eq!(said.stdout, "Allowed\nin\n", "{said:?}");
}

#[test]
#[ignore = "needs root, sshd and tmux"]
fn a_login_asks_for_a_code_once_and_then_knows_the_key() {
    let store = with_app("ssh");
    put_policy(&store);
    let folder = store.outside().display().to_string();
    let server = Server::with(&store, recipe(POLICY, "ExposeAuthInfo"));
    let script = recipe(POLICY, "SSH_USER_AUTH")
        .replace("/usr/local/bin/mfa", &format!("{folder}/mfa"))
        .replace("/etc/mfa/policy.yaml", &format!("{folder}/policy.yaml"))
        .replace("/home/deploy", &server.user.home());
    let login = store.outside().join("mfa-login");
    fs::write(&login, script).unwrap();
    set_mode(&login, 0o755);
    let first = server.at_a_terminal("");
    first.shows("new device");
    first.shows("Code:");
    first.types(&right());
    first.shows("$");
    first.types("echo in $((6 * 7))");
    first.shows("in 42");
    let second = server.at_a_terminal("");
    second.shows("Allowed");
    second.shows("$");
    second.types("echo in $((6 * 7))");
    second.shows("in 42");
    fs::write(store.outside().join("policy.yaml"), "all_users: maybe\n").unwrap();
    server.at_a_terminal("").shows("status 1");
}
