use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;

use serde_json::json;

use crate::common::TempStore;
use crate::common::codes::{right, wrong};
use crate::{attempt, change, change_backup, codes, with_codes};

const ONCE: &str = "each works once, without the phone; keep them safe: they are not shown again\n";
const FEW: &str =
    "warning: few backup codes are left, make new ones: mfa backup-codes C --store STORE\n";

fn is_a_code(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let of_alphabet = |c: char| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(c);
    groups.len() == 3
        && groups.iter().all(|group| group.len() == 4 && group.chars().all(of_alphabet))
}

#[test]
fn ten_codes_are_shown_once_and_kept_as_digests_alone() {
    let store = TempStore::enrolled();
    let said = store.mfa(["backup-codes", "C"]).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ONCE));
    let mut codes: Vec<_> = said.stdout.lines().collect();
    assert!(codes.iter().all(|code| is_a_code(code)), "{codes:?}");
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 10);
    for (_, holds) in
        store.snapshot().into_values().chain([(String::new(), store.read("audit.jsonl"))])
    {
        for code in &codes {
            let part = &code[..9];
            assert!(!holds.contains(part) && !holds.contains(&part.replace('-', "")), "{holds}");
        }
    }
    store.mfa(["backup-codes", "C", "--status"]).gives(0, "10 backup codes left\n", "");
    let status = store.mfa(["backup-codes", "C", "--status", "--json"]).said();
    assert_eq!(status.json(), json!({"app": "C", "backup_codes_left": 10}));
}

#[test]
fn a_new_set_voids_the_old_and_has_as_many_as_were_asked_for() {
    let store = with_codes(3);
    let said = store.mfa(["backup-codes", "C", "--count", "1", "--json"]).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ""));
    let new = said.json();
    assert_eq!((&new["app"], new["backup_codes"].as_array().unwrap().len()), (&json!("C"), 1));
    assert_eq!(attempt(&store, &codes()[0]).0, Some(1));
    assert_eq!(attempt(&store, new["backup_codes"][0].as_str().unwrap()).0, Some(0));
    let before = store.snapshot();
    for count in ["0", "21", "-1", "ten", "300"] {
        let said = store.mfa(["backup-codes", "C", "--count", count]).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{count}");
    }
    let said = store.mfa(["backup-codes", "D"]).said();
    assert_eq!(
        (said.status, &*said.stdout, &*said.stderr),
        (Some(4), "", "error: no app named 'D'\n")
    );
    assert_eq!(store.snapshot(), before);
}

#[test]
fn a_code_opens_once_however_it_is_typed() {
    let [first, second, third] = codes() else { panic!() };
    let sloppy =
        |code: &str| code.to_lowercase().replace('-', "").replace('0', "O").replace('1', "l");
    for typed in [first.clone(), sloppy(first), first.replace('-', " "), first.replace('1', "I")] {
        let store = with_codes(3);
        let used = "a backup code was used, 2 left\n";
        store.mfa(["-a", "C", "-o", &typed]).gives(0, "Welcome\n", &format!("{used}{FEW}"));
    }
    let store = with_codes(3);
    for (code, left) in [(third, 2), (first, 1), (second, 0)] {
        let answer = json!({"accepted": true, "reason": "accepted", "retry_after": null,
            "factor": "backup_code", "backup_codes_left": left});
        let told = format!("a backup code was used, {left} left\n{FEW}");
        assert_eq!(attempt(&store, code), (Some(0), answer, told));
    }
    let answer = json!({"accepted": false, "reason": "wrong", "retry_after": null,
        "factor": "backup_code", "backup_codes_left": null});
    assert_eq!(attempt(&store, first), (Some(1), answer, String::new()));
}

#[test]
fn above_two_left_nobody_is_warned_and_a_code_of_the_phone_says_nothing_of_them() {
    let store = with_codes(3);
    // This is one more, which nobody knows.
    let mut digests = store.state("C")["backup"]["digests"].clone();
    digests.as_array_mut().unwrap().push("A".repeat(43).into());
    let text = digests[0].as_str().unwrap().len();
    assert!(text >= 43, "{digests}");
    digests[3] = digests[1].clone();
    change_backup(&store, "digests", digests);
    store.mfa(["-a", "C", "-o", &codes()[0]]).gives(
        0,
        "Welcome\n",
        "a backup code was used, 3 left\n",
    );
    let answer = json!({"accepted": true, "reason": "accepted", "retry_after": null,
        "factor": "totp", "backup_codes_left": 3});
    assert_eq!(attempt(&store, &right()), (Some(0), answer, String::new()));
}

#[test]
fn what_is_no_backup_code_is_usage_and_no_failure() {
    let store = with_codes(1);
    let before = store.snapshot();
    for typed in
        ["7KQ4-M2XH-9WR", "7KQ4-M2XH-9WRTT", "7KQ4-M2XH-9WRU", "7KQ4_M2XH_9WRT", "éééééééééééé"]
    {
        let said = store.mfa(["-a", "C", "-o", typed]).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{typed}: {said:?}");
    }
    assert_eq!(store.snapshot(), before);
    assert_eq!(
        attempt(&TempStore::enrolled(), &codes()[0]).0,
        Some(1),
        "an app without backup codes"
    );
}

#[test]
fn wrong_backup_codes_and_wrong_codes_are_throttled_apart() {
    let store = with_codes(2);
    for _ in 0..4 {
        assert_eq!(attempt(&store, "7KQ4-M2XH-9WRT").0, Some(1));
    }
    let (status, answer, stderr) = attempt(&store, &codes()[0]);
    let wait = answer["retry_after"].as_u64().unwrap();
    assert_eq!(
        (status, &answer["reason"], &answer["factor"]),
        (Some(3), &json!("throttled"), &json!("backup_code"))
    );
    assert!((1..=30).contains(&wait), "{wait}");
    assert!(
        stderr.starts_with("error: too many failures, the code was not looked at\n"),
        "{stderr}"
    );
    assert_eq!(attempt(&store, &right()).0, Some(0), "the phone's codes stay open");

    let store = with_codes(2);
    for _ in 0..4 {
        assert_eq!(attempt(&store, &wrong()).0, Some(1));
    }
    assert_eq!(attempt(&store, &right()).0, Some(3));
    assert_eq!(attempt(&store, &codes()[0]).0, Some(0), "the way in by backup code stays open");
    assert_eq!(attempt(&store, &right()).0, Some(0), "and a success clears both counts");
}

#[test]
fn an_app_that_is_disabled_is_so_for_both_and_wrong_backup_codes_disable_themselves_alone() {
    let store = with_codes(2);
    change(&store, "failures", 100);
    for code in [&right(), &codes()[0]] {
        let (status, answer, stderr) = attempt(&store, code);
        assert_eq!((status, &answer["reason"]), (Some(3), &json!("disabled")));
        assert!(
            stderr.ends_with("hint: its owner can unlock it: mfa unlock C --store STORE\n"),
            "{stderr}"
        );
    }
    change(&store, "failures", 0);
    change_backup(&store, "failures", 100);
    assert_eq!(attempt(&store, &codes()[0]).1["reason"], "disabled");
    assert_eq!(attempt(&store, &right()).0, Some(0));
}

#[test]
fn an_enrolment_makes_them_where_they_are_asked_for() {
    let store = TempStore::new();
    let said = store.mfa(["create", "-n", "me", "-i", "C", "--no-image", "--backup-codes"]).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ONCE));
    let lines: Vec<_> = said.stdout.lines().collect();
    assert_eq!(lines[..2], ["Configuring MFA for Account: me, Issuer: C", "Backup codes:"]);
    assert!(lines.len() == 12 && lines[2..].iter().all(|code| is_a_code(code)), "{lines:?}");
    assert_eq!(attempt(&store, lines[11]).0, Some(0));
    store.mfa(["backup-codes", "C", "--status"]).gives(0, "9 backup codes left\n", "");
    // A replacement has none of the old codes.
    let force = ["create", "-n", "me", "-i", "C", "--no-image", "--force"];
    assert_eq!(store.mfa(force).said().status, Some(0));
    assert_eq!(attempt(&store, lines[10]).0, Some(1));
}

#[test]
fn codes_that_stdout_does_not_take_void_nothing() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        File::from(OwnedFd::from(writer))
    };
    let void =
        "warning: not all of the output was read: what it shows is void, nothing was changed\n";
    let error =
        &format!("{void}error: cannot write stdout: No space left on device (os error 28)\n");
    let store = with_codes(3);
    let before = store.snapshot();
    for args in [&["backup-codes", "C"][..], &["backup-codes", "C", "--json"]] {
        store.mfa(args).stdout(full()).gives(6, "", error);
        store.mfa(args).stdout(closed()).gives(0, "", void);
    }
    let replace = ["create", "-n", "me", "-i", "C", "--backup-codes", "--force", "--json"];
    store.mfa(replace).stdout(full()).gives(6, "", error);
    store.mfa(replace).stdout(closed()).gives(0, "", void);
    assert_eq!(store.snapshot(), before);
    let store = TempStore::new();
    let create = ["create", "-n", "me", "-i", "C", "--backup-codes"];
    store.mfa(create).stdout(full()).gives(6, "", error);
    assert!(!store.at("secrets/C").exists());
}

#[test]
fn a_reader_of_the_first_line_has_had_all_codes_and_they_count() {
    let store = with_codes(3);
    for args in [&["backup-codes", "C"][..], &["create", "-n", "me", "-i", "D", "--backup-codes"]] {
        // Each write is a datagram of its own.
        let (reader, stdout) = UnixDatagram::pair().unwrap();
        let run = store.mfa(args).stdout(File::from(OwnedFd::from(stdout))).start();
        let mut read = [0; 4096];
        let length = reader.recv(&mut read).unwrap();
        drop(reader);
        let text = str::from_utf8(&read[..length]).unwrap();
        assert_eq!(text.lines().filter(|line| is_a_code(line)).count(), 10, "{text}");
        assert_eq!(run.finish().status, Some(0));
        let app = store.state(if args[0] == "create" { "D" } else { "C" });
        assert_eq!(app["backup"]["digests"].as_array().map(Vec::len), Some(10));
    }
}

#[test]
fn codes_that_were_shown_and_cannot_be_recorded_are_called_void() {
    let store = with_codes(3);
    let before = store.state("C");
    let said = store.after("ulimit -f 0", ["backup-codes", "C", "--count", "1"]).said();
    assert_eq!((said.status, said.stdout.lines().count()), (Some(6), 1));
    let error = "error: the backup codes that were shown are void: cannot write STORE/state/C.json: File too large (os error 27)\n";
    assert_eq!((said.stderr.as_str(), store.state("C")), (error, before));
}
