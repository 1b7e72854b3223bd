use std::fs;
use std::os::unix::fs::symlink;

use serde_json::Value;

use crate::common::TempStore;
use crate::common::codes::{right, wrong};
use crate::common::disk::set_mode;
use crate::{codes, with_codes};

/// Asserts that this is said instead of an acceptance and that nothing was judged; returns the
/// code.
#[track_caller]
fn refuses(store: &TempStore, status: i32, error: &str, reason: &str) -> String {
    let code = right();
    store.mfa(["-a", "C", "-o", &code]).gives(status, "", error);
    let answer = format!(
        "{{\"accepted\":false,\"reason\":\"{reason}\",\"retry_after\":null,\"factor\":null,\"backup_codes_left\":null}}\n"
    );
    store.mfa(["-a", "C", "-o", &code, "--json"]).gives(status, &answer, error);
    store.mfa(["run", "C", "-o", &code, "--", "echo", "in"]).gives(125, "", error);
    assert_eq!(store.state("C")["last_step"], Value::Null, "nothing is judged");
    code
}

/// Asserts that the code opens once the log can be written.
#[track_caller]
fn recovers(store: &TempStore, code: &str) {
    store.mfa(["-a", "C", "-o", code]).gives(0, "Welcome\n", "");
    assert_eq!(store.read("audit.jsonl").lines().count(), 1);
}

#[test]
fn a_log_that_is_no_file_refuses_right_codes_with_status_5() {
    let store = TempStore::enrolled();
    fs::remove_file(store.at("audit.jsonl")).unwrap();
    fs::create_dir(store.at("audit.jsonl")).unwrap();
    let error = "error: STORE/audit.jsonl is not a regular file\n";
    let code = refuses(&store, 5, error, "store");
    fs::remove_dir(store.at("audit.jsonl")).unwrap();
    recovers(&store, &code);
}

#[test]
fn a_log_that_others_may_have_written_refuses_with_status_5() {
    let store = TempStore::enrolled();
    set_mode(store.at("audit.jsonl"), 0o644);
    let error =
        "error: STORE/audit.jsonl is open to other users\nhint: run chmod 600 STORE/audit.jsonl\n";
    let code = refuses(&store, 5, error, "store");
    let said = store.mfa(["log"]).said();
    assert_eq!((said.status, &*said.stdout, &*said.stderr), (Some(5), "", error));
    fs::remove_file(store.at("audit.jsonl")).unwrap();
    recovers(&store, &code);

    let store = TempStore::enrolled();
    fs::rename(store.at("audit.jsonl"), store.outside().join("log")).unwrap();
    symlink(store.outside().join("log"), store.at("audit.jsonl")).unwrap();
    let code = refuses(&store, 5, "error: STORE/audit.jsonl is a symbolic link\n", "store");
    assert_eq!(fs::read_to_string(store.outside().join("log")).unwrap().lines().count(), 1);
    fs::remove_file(store.at("audit.jsonl")).unwrap();
    recovers(&store, &code);

    let store = TempStore::enrolled();
    fs::hard_link(store.at("audit.jsonl"), store.outside().join("log")).unwrap();
    refuses(&store, 5, "error: STORE/audit.jsonl has more than one link\n", "store");
}

#[test]
fn a_limit_that_leaves_the_log_no_room_for_a_line_refuses_before_anything_is_counted() {
    // In blocks of 512 bytes, this has room for a state, and for a log 4 KiB shorter than the
    // limit.
    let full = "ulimit -f 128";
    let error = "error: cannot write STORE/audit.jsonl: File too large (os error 27)\n";
    for length in [65536, 65536 - 4095] {
        let store = TempStore::enrolled();
        store.put("audit.jsonl", "x".repeat(length - 1) + "\n");
        for code in [right(), wrong()] {
            store.after(full, ["-a", "C", "-o", &code]).gives(6, "", error);
        }
        assert_eq!(store.read("audit.jsonl").lines().count(), if length == 65536 { 1 } else { 3 });
        assert_eq!(store.state("C")["failures"], 0);
        store.mfa(["-a", "C", "-o", &right()]).gives(0, "Welcome\n", "");
    }
    let store = TempStore::enrolled();
    store.put("audit.jsonl", "x".repeat(65536 - 4097) + "\n");
    store.after(full, ["-a", "C", "-o", &right()]).gives(0, "Welcome\n", "");
}

#[test]
fn a_backup_code_whose_use_could_not_be_logged_opens_nothing_and_stays_unused() {
    let store = with_codes(3);
    set_mode(store.at("audit.jsonl"), 0o660);
    let said = store.mfa(["-a", "C", "-o", &codes()[0]]).said();
    assert_eq!((said.status, &*said.stdout), (Some(5), ""));
    set_mode(store.at("audit.jsonl"), 0o600);
    assert_eq!(store.mfa(["-a", "C", "-o", &codes()[0]]).said().status, Some(0));
}

#[test]
fn what_is_done_already_is_warned_of() {
    let store = TempStore::enrolled();
    set_mode(store.at("audit.jsonl"), 0o644);
    let warning =
        "warning: the audit log does not say so: STORE/audit.jsonl is open to other users\n";
    store.mfa(["rename", "C", "D"]).gives(0, "Renamed C to D\n", warning);
    store.mfa(["unlock", "D"]).gives(0, "There was nothing to clear\n", warning);
}
