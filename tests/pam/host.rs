//! What becomes of the program that has loaded the module.

use std::fs;

use crate::common::TempStore;
use crate::common::codes::{right, wrong};
use crate::stack::{Stack, beside, enrolled, module, refused, unavailable, with_device};
use crate::syslog::{SystemLog, logged, logged_as};

#[test]
#[ignore = "needs root, pamtester and the module"]
fn the_systems_log_has_the_reason_of_every_refusal_and_no_code() {
    let store = enrolled("nobody");
    let log = SystemLog::new(&store);
    let (right, wrong) = (right(), wrong());
    let path = store.path().display().to_string();
    for (args, user, answers, told) in [
        ("", "nobody", format!("{right}\n"), "accepted"),
        ("tries=1", "nobody", format!("{wrong}\n"), "refused: wrong, reused or no code"),
        ("tries=1", "daemon", format!("{wrong}\n"), "refused: not enrolled"),
        (
            "nullok",
            "daemon",
            String::new(),
            "not enrolled, no say (nullok): the other lines decide",
        ),
        ("", "nobody", String::new(), "refused: nobody answers"),
        (
            "debug",
            "nobody",
            right.clone(),
            "refused, wrong line in pam.d: unknown argument 'debug'",
        ),
    ] {
        let stack = Stack::of(&store, args);
        let status = logged(&stack, &store, user, &answers);
        assert_eq!(status, Some(i32::from(told != "accepted")), "{told}");
        let line = format!("pam_mfa({}:auth): user={user} rhost=: {told}", stack.name);
        assert_eq!(log.line(), line);
    }
    fs::rename(store.path(), store.outside().join("away")).unwrap();
    let stack = Stack::of(&store, "");
    assert_eq!(logged(&stack, &store, "nobody", ""), Some(1));
    let why = format!("refused, cannot verify: {path} is not a store: it has no folder of secrets");
    assert!(log.line().ends_with(&why));
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn the_systems_log_says_where_somebody_comes_from_whose_name_is_no_text() {
    let store = enrolled("nobody");
    let (log, stack) = (SystemLog::new(&store), Stack::of(&store, ""));
    let line = format!(
        r#"exec pamtester -I rhost=192.0.2.7 {} "$(printf 'a\377')" authenticate"#,
        stack.name
    );
    assert_eq!(logged_as(&line, &store, ""), unavailable(""));
    let told = log.line();
    let why = "user= rhost=192.0.2.7: refused, cannot verify: libpam has no name, or one that is not UTF-8";
    assert!(told.ends_with(why), "{told}");
}

#[test]
#[ignore = "needs nm and the module"]
fn the_module_exports_what_libpam_calls_and_nothing_else() {
    let store = TempStore::new();
    let said = store.program("nm", ["--dynamic", "--defined-only", &module()]).said();
    let names: Vec<_> = said.stdout.lines().filter_map(|line| line.rsplit(' ').next()).collect();
    let calls =
        ["acct_mgmt", "authenticate", "chauthtok", "close_session", "open_session", "setcred"];
    assert_eq!(names, calls.map(|call| format!("pam_sm_{call}")));
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn credentials_are_set_and_accounts_sessions_and_passwords_are_none_of_its_business() {
    let store = enrolled("nobody");
    let line = |kind: &str| format!("{kind} required pam_mfa.so\n");
    let alone = ["auth", "account", "session", "password"].map(line).concat();
    let other = alone.replace("pam_mfa.so", "pam_permit.so");
    let stack = Stack::new(&store, &format!("{alone}{other}"));
    for call in
        ["setcred(PAM_ESTABLISH_CRED)", "acct_mgmt", "open_session", "close_session", "chauthtok"]
    {
        let said = store.program("pamtester", [&*stack.name, "nobody", call]).said();
        assert_eq!(said.status, Some(0), "{call}: {said:?}");
    }
    let stack = Stack::new(&store, &alone);
    let said = store.program("pamtester", [&*stack.name, "nobody", "acct_mgmt"]).said();
    assert_eq!(said.status, Some(1), "by itself it lets nobody in: {said:?}");
}

/// Logs in so many times in one process; returns the codes of libpam, and what has changed in it.
pub fn again_and_again(stack: &Stack<'_>, store: &TempStore, answer: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pam/host.py");
    let said = store.program("python3", ["-B", script, &stack.name, "nobody", answer, "20"]).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ""));
    said.stdout
}

#[test]
#[ignore = "needs root, python3 and the module"]
fn no_thread_descriptor_or_handler_of_a_signal_is_left_in_the_host() {
    let store = enrolled("nobody");
    let wrong = wrong();
    // PAM_AUTH_ERR each time, wrong or throttled.
    let stack = Stack::of(&store, "tries=1");
    assert_eq!(again_and_again(&stack, &store, &wrong), "7\n{}\n");
    // PAM_SERVICE_ERR and PAM_USER_UNKNOWN leave as little.
    assert_eq!(again_and_again(&Stack::of(&store, "debug"), &store, ""), "3\n{}\n");
    assert_eq!(again_and_again(&Stack::of(&store, "app=none"), &store, &wrong), "10\n{}\n");
}

#[test]
#[ignore = "needs root, python3 and the module"]
fn what_asks_devices_and_wakes_them_leaves_nothing_in_the_host_either() {
    let store = enrolled("nobody");
    with_device(&store);
    let stack = Stack::of(&store, "push tries=1");
    assert_eq!(again_and_again(&stack, &store, &wrong()), "7\n{}\n");
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_device_that_cannot_be_woken_keeps_nobody_out_and_the_systems_log_says_why() {
    let store = enrolled("nobody");
    with_device(&store);
    store.put("config.toml", "x = 1");
    let log = SystemLog::new(&store);
    let stack = Stack::of(&store, "push");
    assert_eq!(logged(&stack, &store, "nobody", &format!("{}\n", right())), Some(0));
    let (one, two) = (log.line(), log.line());
    let path = store.at("config.toml").display().to_string();
    let warning =
        format!("pam_mfa: a device of nobody may not have been woken: {path}:1:1: unknown key 'x'");
    assert!(one == warning || two == warning, "{one}\n{two}");
    assert!(format!("{one}{two}").contains("user=nobody rhost=: accepted"), "{one}\n{two}");
}

#[test]
#[ignore = "needs root, pamtester and the module that panics"]
fn a_panic_lets_nobody_in_and_the_host_lives_to_say_so() {
    let store = enrolled("nobody");
    let log = SystemLog::new(&store);
    let lines = format!("auth required {} panic\n", beside("libpam_mfa_panicking.so"));
    let stack = Stack::new(&store, &lines);
    let aborted = refused("Critical error - immediate abort", "");
    assert_eq!(stack.types("nobody", &[&right()]), aborted);
    assert_eq!(logged(&stack, &store, "nobody", ""), Some(1));
    let line = log.line();
    assert!(line.starts_with("pam_mfa: refused, panicked at pam/src/entry.rs:"), "{line}");
    assert!(!line.contains("on purpose"), "what is said with it may be a secret");
}
