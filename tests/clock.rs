//! A clock that is wrong, a generator that fails, and what reaches the disk before the answer.

#![cfg(test)]

mod common;

use std::fs;

use common::TempStore;
use common::codes::{SECRET, secret};
use mfa::domain::{Totp, UnixTime};

/// Gives the arguments that start `mfa` below another program.
fn below<'a>(store: &'a str, before: &[&'a str], args: &[&'a str]) -> Vec<&'a str> {
    [before, &[env!("CARGO_BIN_EXE_mfa"), "--store", store], args].concat()
}

fn at(second: u64) -> String {
    Totp::default().code(&secret(SECRET), UnixTime(second))
}

#[test]
#[ignore = "needs faketime"]
fn a_clock_before_1970_is_status_7_and_judges_nothing() {
    let store = TempStore::with_secret("C", SECRET);
    let path = store.path();
    let early = |args: &[&str]| {
        store.program("faketime", below(path.to_str().unwrap(), &["1960-01-01 00:00:00"], args))
    };
    let before = store.snapshot();
    let message = "error: the clock is before 1970\n";
    let json = "{\"accepted\":false,\"reason\":\"clock\",\"retry_after\":null,\"factor\":null,\"backup_codes_left\":null}\n";
    early(&["-a", "C", "-o", "123456"]).gives(7, "", message);
    early(&["-a", "C", "-o", "123456", "--json"]).gives(7, json, message);
    early(&["-c", "-n", "n", "-i", "D"]).gives(7, "", message);
    early(&["-l"]).gives(0, "App Name: C\n--------\n", "");
    assert_eq!(store.snapshot(), before);
}

#[test]
#[ignore = "needs faketime"]
fn a_clock_set_back_opens_to_no_code_that_was_used_or_is_older() {
    let store = TempStore::with_secret("C", SECRET);
    let path = store.path();
    let try_at = |second: u64, code: &str| {
        let time = format!("@{second}");
        let args = ["-a", "C", "-o", code];
        store.program("faketime", below(path.to_str().unwrap(), &[&time], &args)).said()
    };
    let now = 1_700_000_040;
    assert_eq!(try_at(now, &at(now)).status, Some(0));
    assert_eq!(try_at(now - 600, &at(now - 600)).status, Some(1), "older than the last");
    assert_eq!(try_at(now, &at(now)).status, Some(1), "used");
    assert_eq!(try_at(now + 60, &at(now + 60)).status, Some(0));
}

#[test]
#[ignore = "needs strace"]
fn without_randomness_nothing_is_enrolled() {
    let store = TempStore::with_secret("C", SECRET);
    let path = store.path();
    let strace = ["-o", "/dev/null", "-e", "inject=getrandom:error=EIO"];
    let args = below(path.to_str().unwrap(), &strace, &["-c", "-n", "n", "-i", "D"]);
    let before = store.snapshot();
    let said = store.program("strace", args).said();
    assert_eq!((said.status, &*said.stdout), (Some(7), ""), "{said:?}");
    assert!(said.stderr.starts_with("error: no randomness to be had: "), "{said:?}");
    assert_eq!(store.snapshot(), before);
}

#[test]
#[ignore = "needs strace"]
fn the_outcome_is_on_the_disk_before_the_answer_is_out() {
    let store = TempStore::with_secret("C", SECRET);
    let (path, log) = (store.path(), store.outside().join("log"));
    let calls = "trace=write,fsync,fdatasync,rename,renameat,renameat2";
    let strace = ["-o", log.to_str().unwrap(), "-e", calls];
    for code in [&common::codes::right(), "000000"] {
        let args = below(path.to_str().unwrap(), &strace, &["-a", "C", "-o", code]);
        let said = store.program("strace", args).said();
        let log = fs::read_to_string(&log).unwrap();
        let place = |call: &str| log.rfind(call).unwrap_or_else(|| panic!("{call} in {log}"));
        let answer = place(&format!(", \"{}", said.stdout.trim_end()));
        let (synced, renamed, settled) = (place("fdatasync("), place("rename"), place("fsync("));
        assert!(synced < renamed && renamed < settled && settled < answer, "{log}");
    }
}
