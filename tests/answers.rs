//! A generator that fails, and what reaches the disk before the answer.

#![cfg(test)]

mod common;

use std::fs;

use common::TempStore;
use common::codes::SECRET;

/// Returns the arguments that start `mfa` under another program.
fn below<'a>(store: &'a str, before: &[&'a str], args: &[&'a str]) -> Vec<&'a str> {
    [before, &[common::program(), "--store", store], args].concat()
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
    assert!(said.stderr.starts_with("error: no randomness is available: "), "{said:?}");
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
