//! Lost phones, guessed codes, commands behind a gate, and the log of it all.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod argon2;
mod backup_codes;
mod crowd;
mod little_memory;
mod log;
mod log_faults;
mod refusals;
mod run;
mod run_terminal;
mod unlock;
mod warnings;

use std::sync::OnceLock;

use common::TempStore;
use common::codes::now;
use mfa::domain::{BackupCodes, UnixTime};

const REFUSED: &str = "OTP verification failed\n";

/// Returns three backup codes, made once for all tests, since their three Argon2 computations take
/// a second without optimisation.
fn codes() -> &'static [String] {
    &set().1
}

fn set() -> &'static (serde_json::Value, Vec<String>) {
    static SET: OnceLock<(serde_json::Value, Vec<String>)> = OnceLock::new();
    SET.get_or_init(|| {
        let store = TempStore::enrolled();
        let run = store.mfa(["backup-codes", "C", "--count", "3", "--json"]).said();
        let codes = run.json()["backup_codes"].as_array().unwrap().clone();
        let codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        (store.state("C")["backup"].clone(), codes)
    })
}

/// Makes a store whose app has the first `count` of [`codes`].
fn with_codes(count: usize) -> TempStore {
    let store = TempStore::enrolled();
    let mut backup = set().0.clone();
    backup["digests"].as_array_mut().unwrap().truncate(count);
    change(&store, "backup", backup);
    store
}

/// Changes one field of the recorded state.
fn change(store: &TempStore, field: &str, value: impl Into<serde_json::Value>) {
    let mut state = store.state("C");
    state[field] = value.into();
    store.put("state/C.json", state.to_string());
}

/// Changes one field of the recorded backup codes.
fn change_backup(store: &TempStore, field: &str, value: impl Into<serde_json::Value>) {
    let mut backup = store.state("C")["backup"].clone();
    backup[field] = value.into();
    change(store, "backup", backup);
}

/// Tries a code with `--json`, and returns the status, the answer, and what stderr says.
fn attempt(store: &TempStore, code: &str) -> (Option<i32>, serde_json::Value, String) {
    let said = store.mfa(["authenticate", "C", "--json", "-o", code]).said();
    (said.status, said.json(), said.stderr)
}

/// Returns the moment this many seconds ago, as the state file and as the log write it.
fn ago(seconds: u64) -> (u64, String) {
    let moment = now().0 - seconds;
    let written = std::process::Command::new("date")
        .args(["-u", "-d", &format!("@{moment}"), "+%Y-%m-%dT%H:%M:%SZ"])
        .output()
        .unwrap();
    (moment, String::from_utf8(written.stdout).unwrap().trim().to_owned())
}

/// Uses the library, to count what is requested from the generator.
#[test]
fn a_set_takes_one_salt_and_60_bits_a_code_from_the_generator() {
    let mut asked = Vec::new();
    let issued = BackupCodes::issue(2, |bytes| {
        asked.push(bytes.len());
        bytes.fill(1);
        Ok::<_, ()>(())
    });
    let (set, codes) = issued.unwrap();
    assert_eq!((asked, set.digests.len(), codes.len()), (vec![16, 12, 12], 2, 2));
    assert_eq!(*codes[0].expose(), "1111-1111-1111");
    // With one salt per set, the same code has the same digest, and one computation finds it among
    // all.
    assert_eq!(set.digests[0], set.digests[1]);
    assert!(BackupCodes::issue(1, |_| Err(UnixTime(0))).is_err());
}
