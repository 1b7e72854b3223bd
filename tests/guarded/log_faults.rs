use std::fs;
use std::os::unix::fs::symlink;

use crate::common::TempStore;
use crate::common::codes::right;
use crate::common::disk::set_mode;
use crate::{REFUSED, codes, with_codes};

/// Expects this to be said in place of an acceptance, and the code to be used all the same; gives
/// the code.
#[track_caller]
fn refuses(store: &TempStore, status: i32, error: &str, reason: &str) -> String {
    let code = right();
    store.mfa(["-a", "C", "-o", &code]).gives(status, "", error);
    let answer = format!(
        "{{\"accepted\":false,\"reason\":\"{reason}\",\"retry_after\":null,\"factor\":null,\"backup_codes_left\":null}}\n"
    );
    store.mfa(["-a", "C", "-o", &code, "--json"]).gives(status, &answer, error);
    store.mfa(["run", "C", "-o", &code, "--", "echo", "in"]).gives(125, "", error);
    assert_eq!(store.state("C")["failures"], 2, "what was judged is recorded");
    code
}

/// Takes the log away that could not be written: the next attempt makes a new one.
#[track_caller]
fn recovers(store: &TempStore, code: &str) {
    store.mfa(["-a", "C", "-o", code]).gives(1, REFUSED, "");
    assert_eq!(store.read("audit.jsonl").lines().count(), 1);
}

#[test]
fn a_log_that_cannot_be_written_refuses_right_codes_with_status_6() {
    let store = TempStore::enrolled();
    fs::remove_file(store.at("audit.jsonl")).unwrap();
    fs::create_dir(store.at("audit.jsonl")).unwrap();
    let error = "error: cannot write STORE/audit.jsonl: Is a directory (os error 21)\n";
    let code = refuses(&store, 6, error, "record");
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
fn a_full_disk_refuses_and_half_a_line_is_not_taken_for_one() {
    // In blocks of 512 bytes: room for a state, not for a longer log.
    let full = "ulimit -f 128";
    let error = "error: cannot write STORE/audit.jsonl: File too large (os error 27)\n";
    let half = "error: cannot write STORE/audit.jsonl: no storage space\n";
    for (length, error) in [(65536, error), (65496, half)] {
        let store = TempStore::enrolled();
        store.put("audit.jsonl", "x".repeat(length - 1) + "\n");
        let code = right();
        store.after(full, ["-a", "C", "-o", &code]).gives(6, "", error);
        assert_eq!(store.read("audit.jsonl").len(), 65536);
        store.mfa(["-a", "C", "-o", &code]).gives(1, REFUSED, "");
        let text = store.read("audit.jsonl");
        let last = text.lines().last().unwrap();
        assert!(last.starts_with("{\"time\"") && last.contains("\"reused\""), "{last}");
    }
}

#[test]
fn a_backup_code_whose_use_cannot_be_logged_opens_nothing_and_is_used() {
    let store = with_codes(3);
    set_mode(store.at("audit.jsonl"), 0o660);
    let said = store.mfa(["-a", "C", "-o", &codes()[0]]).said();
    assert_eq!((said.status, &*said.stdout), (Some(5), ""));
    set_mode(store.at("audit.jsonl"), 0o600);
    store.mfa(["-a", "C", "-o", &codes()[0]]).gives(1, REFUSED, "");
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
