use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::common::codes::{SECRET, right, wrong};
use crate::common::disk::mode;
use crate::common::{Started, TempStore};
use crate::{ago, change, codes, with_codes};

fn lines(store: &TempStore) -> Vec<Value> {
    let text = store.read("audit.jsonl");
    assert!(text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns a line of the log from this time.
fn event(time: &str, app: &str) -> String {
    format!(
        r#"{{"time":"{time}","app":"{app}","action":"authenticate","factor":"totp","outcome":"wrong","uid":0,"parent":"sshd","wait":null}}"#
    )
}

#[test]
fn every_event_is_a_line_with_its_keys_and_no_code_or_secret() {
    let store = with_codes(3);
    let (right, wrong) = (right(), wrong());
    let uri = format!("otpauth://totp/New:me?secret={SECRET}&issuer=New");
    for (args, status) in [
        (&["-a", "C", "-o", &*wrong][..], 1),
        (&["-a", "C", "-o", &right], 0),
        (&["-a", "C", "-o", &right], 1),
        (&["-a", "C", "-o", &codes()[0]], 0),
        (&["-a", "X", "-o", "000000"], 4),
        (&["run", "C", "-o", &wrong, "--", "true"], 125),
        (&["backup-codes", "C", "--count", "1"], 0),
        (&["unlock", "C"], 0),
        (&["export", "C"], 0),
        (&["uri", "C"], 0),
        (&["qr", "C"], 0),
        (&["rename", "C", "D"], 0),
        (&["import", "-"], 0),
        (&["remove", "D", "--yes"], 0),
        // None of these changes or judges anything.
        (&["list"], 0),
        (&["code", "New"], 0),
        (&["backup-codes", "New", "--status"], 0),
        (&["-a", "New", "-o", "12"], 2),
        (&["log"], 0),
    ] {
        assert_eq!(store.mfa(args).fed(&*uri).said().status, Some(status), "{args:?}");
    }
    change_failures(&store);
    let parent = fs::read_to_string("/proc/self/comm").unwrap();
    let uid = rustix::process::getuid().as_raw();
    let told: Vec<_> = lines(&store)
        .iter()
        .map(|line| {
            assert_eq!(
                (&line["uid"], line["parent"].as_str()),
                (&json!(uid), Some(parent.trim_end()))
            );
            let time = line["time"].as_str().unwrap();
            assert!(time.len() == 20 && time.ends_with('Z'), "{time}");
            let text = |key: &str| line[key].as_str().unwrap_or("-").to_owned();
            format!("{} {} {} {}", text("app"), text("action"), text("factor"), text("outcome"))
        })
        .collect();
    let expected = [
        "C create - done",
        "C authenticate totp wrong",
        "C authenticate totp accepted",
        "C authenticate totp reused",
        "C authenticate backup_code accepted",
        "C run totp wrong",
        "C backup-codes - done",
        "C unlock - done",
        "C export - done",
        "C uri - done",
        "C qr - done",
        "C rename - done",
        "New import - done",
        "D remove - done",
        "New authenticate totp throttled",
    ];
    assert_eq!(told, expected);
    let text = store.read("audit.jsonl");
    for secret in [&*right, &wrong, &codes()[0], SECRET, "otpauth"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let keys: Vec<_> = ["time", "app", "action", "factor", "outcome", "uid", "parent", "wait"]
        .map(|key| text.lines().next().unwrap().find(&format!("\"{key}\":")))
        .into();
    assert!(keys.is_sorted() && keys[0] == Some(1), "{text}");
    let wait = lines(&store).last().unwrap()["wait"].as_u64().unwrap();
    assert!((3599..=3600).contains(&wait), "{wait}");
    assert_eq!(mode(store.at("audit.jsonl")), 0o600);
}

/// Throttles the imported app, and tries it.
fn change_failures(store: &TempStore) {
    let mut state = store.state("New");
    state["failures"] = 50.into();
    state["failed_at"] = ago(0).0.into();
    store.put("state/New.json", state.to_string());
    assert_eq!(store.mfa(["-a", "New", "-o", "000000"]).said().status, Some(3));
}

#[test]
fn it_is_shown_whole_or_of_one_app_or_of_late() {
    let store = TempStore::enrolled();
    let moments = [100_000, 5000, 100].map(|seconds| ago(seconds).1);
    let [old, recent, new] = &moments;
    let log = [event(old, "C"), event(recent, "D"), event(new, "C")];
    store.put("audit.jsonl", log.join("\n") + "\n");
    let array = |which: &[usize]| {
        let events: Vec<_> = which.iter().map(|index| log[*index].clone()).collect();
        format!("[{}]\n", events.join(","))
    };
    for (args, which) in [
        (&[][..], &[0, 1, 2][..]),
        (&["C"], &[0, 2]),
        (&["D", "--since", "1h"], &[]),
        (&["--since", "90m"], &[1, 2]),
        (&["--since", "2m"], &[2]),
        (&["C", "--since", "7d"], &[0, 2]),
        (&["none"], &[]),
    ] {
        store.mfa(["log", "--json"]).args(args).gives(0, &array(which), "");
    }
    let row = |time: &str, app: &str| {
        format!(" {time}  {app}    authenticate  totp    wrong    0    sshd\n")
    };
    let heading = " TIME                  APP  ACTION        FACTOR  OUTCOME  UID  CALLER\n";
    let table = heading.to_owned() + &row(old, "C") + &row(recent, "D") + &row(new, "C");
    store.mfa(["log"]).gives(0, &table, "");
    store.mfa(["log", "none"]).gives(0, "Nothing is logged\n", "");
    TempStore::new().mfa(["log"]).gives(0, "Nothing is logged\n", "");
    TempStore::new().mfa(["log", "--json"]).gives(0, "[]\n", "");
    for since in ["", "7", "-1h", "soon"] {
        let said = store.mfa(["log", "--since", since]).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{since}");
    }
}

/// Makes a store of `count` apps that nobody has used yet.
fn with_apps(count: usize) -> TempStore {
    let store = TempStore::new();
    for n in 0..count {
        store.put(&format!("secrets/app {n}"), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    }
    store
}

#[test]
fn only_the_first_attempt_of_a_wait_leaves_a_line_and_none_does_on_a_disabled_or_unknown_app() {
    let store = with_codes(1);
    let told = || {
        let told = lines(&store).into_iter().skip(1);
        told.map(|line| line["outcome"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for _ in 0..9 {
        store.mfa(["-a", "C", "-o", &wrong()]).said();
    }
    let mut expected = vec!["wrong", "wrong", "wrong", "wrong", "throttled"];
    assert_eq!(told(), expected);
    // The wait is over; the next failure begins another.
    change(&store, "failed_at", ago(31).0);
    for _ in 0..3 {
        store.mfa(["-a", "C", "-o", &wrong()]).said();
    }
    expected.extend(["wrong", "throttled"]);
    assert_eq!(told(), expected);
    change(&store, "failures", 100);
    for _ in 0..3 {
        assert_eq!(store.mfa(["-a", "C", "-o", &right()]).said().status, Some(3));
        assert_eq!(store.mfa(["-a", "X", "-o", &right()]).said().status, Some(4));
        assert_eq!(store.mfa(["-a", "C", "-o", &codes()[0]]).said().status, Some(3));
    }
    assert_eq!(told(), expected);
}

#[test]
fn a_hundred_processes_log_a_hundred_whole_lines() {
    let store = with_apps(100);
    let attempt = |n| store.mfa(["-a", &format!("app {n}"), "-o", "-"]).fed("000000\n").start();
    let mut started: Vec<Started> = (0..100).map(attempt).collect();
    started.iter_mut().for_each(Started::feed);
    assert!(started.into_iter().all(|started| started.finish().status == Some(1)));
    let mut apps: Vec<_> = lines(&store).iter().map(|line| line["app"].to_string()).collect();
    apps.sort();
    let mut expected: Vec<_> = (0..100).map(|n| format!("\"app {n}\"")).collect();
    expected.sort();
    assert_eq!(apps, expected);
}

#[test]
fn a_log_that_is_rotated_meanwhile_loses_no_line() {
    let store = with_apps(60);
    store.put("secrets/C", SECRET);
    let attempt = |n| store.mfa(["-a", &format!("app {n}"), "-o", "-"]).fed("000000\n").start();
    let mut started: Vec<Started> = (0..60).map(attempt).collect();
    for (index, process) in started.iter_mut().enumerate() {
        process.feed();
        if index % 15 == 7 {
            let _ = fs::rename(store.at("audit.jsonl"), store.at(format!("audit.jsonl.{index}")));
        }
    }
    assert!(started.into_iter().all(|started| started.finish().status == Some(1)));
    let logs = fs::read_dir(store.path()).unwrap().map(|entry| entry.unwrap().path());
    let logs = logs.filter(|path| path.to_str().unwrap().contains("audit.jsonl"));
    let text: String = logs.map(|path| fs::read_to_string(path).unwrap()).collect();
    assert_eq!(text.lines().count(), 60);
    assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
    // logrotate with `create` may leave an empty file.
    store.put("audit.jsonl", "");
    store.mfa(["-a", "C", "-o", &right()]).gives(0, "Welcome\n", "");
    assert_eq!(lines(&store).len(), 1);
}

#[test]
fn the_name_of_a_caller_can_forge_no_line_and_steer_no_terminal() {
    let store = TempStore::enrolled();
    let shell = store.outside().join("a\x1b[2J\n\"}b");
    symlink("/bin/sh", &shell).unwrap();
    let mfa = crate::common::program();
    let line = format!("'{mfa}' --store \"$1\" -a C -o 000000; exit $?");
    let path = store.path();
    let run = store.program(&shell, ["-c", &line, "sh", path.to_str().unwrap()]);
    run.gives(1, crate::REFUSED, "");
    let lines = lines(&store);
    assert_eq!((lines.len(), &lines[1]["parent"]), (2, &json!("a\\u{1b}[2J\\n\"}b")));
    let shown = store.mfa(["log"]).said().stdout;
    assert!(shown.ends_with("  a\\u{1b}[2J\\n\"}b\n") && !shown.contains('\x1b'), "{shown:?}");
    change(&store, "failures", 0);
}

#[test]
fn half_a_line_stays_one_and_spoils_no_other() {
    let store = TempStore::enrolled();
    let whole = store.read("audit.jsonl");
    store.put("audit.jsonl", whole.clone() + "{\"time\":\"20");
    store.mfa(["-a", "C", "-o", &right()]).gives(0, "Welcome\n", "");
    let text = store.read("audit.jsonl");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!((lines.len(), lines[1]), (3, "{\"time\":\"20"));
    let said = store.mfa(["log", "--json"]).said();
    assert_eq!(
        (said.status, &*said.stderr),
        (Some(0), "warning: 1 line of the log could not be read\n")
    );
    assert_eq!(said.json().as_array().unwrap().len(), 2);
}

#[test]
fn a_log_that_is_rotated_while_a_line_waits_for_it_gets_none_and_the_new_one_does() {
    let store = TempStore::enrolled();
    let held = fs::File::open(store.at("audit.jsonl")).unwrap();
    held.lock().unwrap();
    let mut waiting = store.mfa(["-a", "C", "-o", &right()]).start();
    waiting.feed();
    while !store.at("state/C.json").exists() || store.state("C")["last_step"].is_null() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    fs::rename(store.at("audit.jsonl"), store.at("audit.jsonl.1")).unwrap();
    drop(held);
    assert_eq!(waiting.finish().status, Some(0));
    assert_eq!(store.read("audit.jsonl.1").lines().count(), 1, "the enrolment");
    assert_eq!(lines(&store)[0]["outcome"], "accepted");
}

#[test]
fn a_log_of_any_length_is_shown_in_bounded_memory() {
    let store = TempStore::new();
    store.put("secrets/C", SECRET);
    let line = event(&ago(0).1, "C") + "\n";
    let junk = "x".repeat(60_000_000) + "\n";
    store.put("audit.jsonl", line.repeat(20_000) + &junk + &line.repeat(20_000));
    let broken = "warning: 1 line of the log could not be read\n";
    for args in [&["log", "--json"][..], &["log"]] {
        // This is less than the size of the file.
        let said = store.after("ulimit -v 50000", args).said();
        assert_eq!(
            (said.status, said.stdout.matches("sshd").count()),
            (Some(0), 40_000),
            "{}",
            said.stderr
        );
        assert_eq!(said.stderr, broken);
    }
}

#[test]
fn who_called_sudo_is_told_where_root_says_so() {
    let store = TempStore::enrolled();
    let run = store.mfa(["-a", "C", "-o", &wrong()]).env("SUDO_UID", "1234").said();
    assert_eq!(run.status, Some(1));
    let root = rustix::process::getuid().is_root();
    assert_eq!(lines(&store)[1]["sudo_uid"], if root { json!(1234) } else { Value::Null });
    let told = if root { "0, sudo by 1234" } else { "" };
    assert!(store.mfa(["log"]).said().stdout.contains(told));
    for said in ["", "-1", "x", "99999999999"] {
        store.mfa(["-a", "C", "-o", &wrong()]).env("SUDO_UID", said).said();
        assert_eq!(lines(&store).last().unwrap()["sudo_uid"], Value::Null, "{said}");
    }
}
