use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::common::codes::{SECRET, now, right};
use crate::common::disk::set_mode;
use crate::common::{Said, TempStore};

/// A state that remembers nothing.
const PRISTINE: &str = r#"{"version":1,"issuer":"D","account":null,"algorithm":"SHA1","digits":6,"period":30,"created":null,"last_used":null,"last_step":null,"failures":0,"failed_at":null}"#;

/// Returns the problems, each with its remedy, without the heading lines and the machine's clock.
fn problems(store: &TempStore, args: &[&str]) -> (Option<i32>, String) {
    problems_in(&store.mfa(["doctor"]).args(args).said())
}

fn problems_in(said: &Said) -> (Option<i32>, String) {
    assert_eq!(said.stderr, "");
    let lines: Vec<_> = said.stdout.split_inclusive('\n').collect();
    assert!(lines[0] == "Store: STORE\n" && lines[1].starts_with("Apps: "), "{lines:?}");
    assert!(lines[2].starts_with("Clock: "), "{lines:?}");
    // A machine without a time service has this problem as well.
    let clock = "Problem: the clock is not synchronised: codes are judged by a time that may be wrong\n  mend it: timedatectl set-ntp true\n";
    let text = lines[3..].concat();
    match text.strip_suffix(clock) {
        None => (said.status, text),
        Some(mended) if !mended.contains("Problem: ") => {
            (Some(0), format!("{mended}Nothing is wrong\n"))
        }
        Some(others) => (said.status, others.into()),
    }
}

fn change(store: &TempStore, field: &str, value: impl Into<serde_json::Value>) {
    let mut state = store.state("C");
    state[field] = value.into();
    store.put("state/C.json", state.to_string());
}

fn age(store: &TempStore, file: &str) {
    let file = File::options().write(true).open(store.at(file)).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(now().0 - 100)).unwrap();
}

/// Asserts that there is this problem, that `--fix` mends it or leaves it, and that nothing is
/// wrong afterwards.
#[track_caller]
fn mended(store: &TempStore, problem: &str, mend: &str) {
    let text = format!("Problem: {problem}\n  mend it: {mend}\n");
    assert_eq!(problems(store, &[]), (Some(5), text));
    let text = format!("Mended: {problem}\nNothing is wrong\n");
    assert_eq!(problems(store, &["--fix"]), (Some(0), text));
    assert_eq!(problems(store, &[]), (Some(0), "Nothing is wrong\n".into()));
}

#[track_caller]
fn left_alone(store: &TempStore, problem: &str) {
    let before = store.snapshot();
    for args in [&[][..], &["--fix"]] {
        assert_eq!(problems(store, args), (Some(5), format!("Problem: {problem}\n")));
    }
    assert_eq!(store.snapshot(), before);
}

#[test]
fn nothing_is_wrong_with_a_new_store() {
    assert_eq!(problems(&TempStore::enrolled(), &[]), (Some(0), "Nothing is wrong\n".into()));
}

#[test]
fn a_store_that_is_not_there_or_lost_its_secrets_is_told_and_not_made() {
    let lost = TempStore::enrolled();
    fs::remove_dir_all(lost.at("secrets")).unwrap();
    for store in [TempStore::new(), lost] {
        let before = store.snapshot();
        let problem = "Problem: STORE is not a store: it has no folder of secrets\n";
        for args in [&[][..], &["--fix"]] {
            assert_eq!(problems(&store, args), (Some(4), problem.into()));
        }
        assert_eq!(store.snapshot(), before);
    }
}

#[test]
fn what_others_could_write_is_not_mended_by_its_mode() {
    for (file, why) in [
        ("secrets/C", "could be written by other users, and may be a secret of theirs"),
        ("state/C.json", "could be written by other users: codes that were used may open again"),
    ] {
        let store = TempStore::enrolled();
        set_mode(store.at(file), 0o664);
        let mend = format!("chmod 600 STORE/{file} && mfa create --force --app C …");
        left_alone(&store, &format!("STORE/{file} {why}\n  mend it: {mend}"));
    }
}

#[test]
fn what_mfa_never_wrote_is_told_and_stays() {
    let cases = [
        ("img/company-logo.svg", "is nothing that mfa writes"),
        ("img/company-logo.png", "belongs to no app"),
        ("img/-.png", "is nothing that mfa writes"),
        ("state/notes.txt", "is nothing that mfa writes"),
        ("state/-.json", "is nothing that mfa writes"),
    ];
    for (file, why) in cases {
        let store = TempStore::enrolled();
        store.put(file, PRISTINE);
        left_alone(&store, &format!("STORE/{file} {why}"));
    }
    // These are hidden files that only look like unfinished ones.
    let store = TempStore::enrolled();
    for file in ["secrets/.-x.tmp", "state/.C.tmp", "img/.C.svg.tmp"] {
        store.put(file, "");
        age(&store, file);
    }
    let before = store.snapshot();
    assert_eq!(problems(&store, &["--fix"]), (Some(0), "Nothing is wrong\n".into()));
    store.mfa(["list"]).gives(0, "App Name: C\n--------\n", "");
    assert_eq!(store.snapshot(), before);
}

#[test]
fn folders_among_the_files_are_told_and_stay() {
    for folder in ["secrets/x", "state/C", "img/x.png"] {
        let store = TempStore::enrolled();
        store.put(&format!("{folder}/file"), SECRET);
        left_alone(&store, &format!("STORE/{folder} is a folder, and nothing in it is ever read"));
    }
    let store = TempStore::enrolled();
    store.put("secrets/.git/config", "");
    assert_eq!(problems(&store, &[]), (Some(0), "Nothing is wrong\n".into()));
}

#[test]
fn what_is_not_told_as_mended_is_still_there() {
    let store = TempStore::enrolled();
    // An enrolment may have left them just now.
    store.put("secrets/.D.tmp", "");
    store.put("img/D.png", "");
    left_alone(&store, "STORE/img/D.png belongs to no app");
}

#[test]
#[ignore = "needs strace"]
fn what_cannot_be_written_is_found_without_writing() {
    let store = TempStore::enrolled();
    let path = store.path();
    let checked = ["", "/secrets", "/state", "/img", "/audit.jsonl", "/.lock", "/state/C.json"];
    for (number, file) in (1..).zip(checked) {
        let inject = format!("inject=faccessat2:error=EPERM:when={number}");
        let mfa = [crate::common::program(), "--store", path.to_str().unwrap(), "doctor", "--fix"];
        let strace = ["-o", "/dev/null", "-e", &inject];
        let said = store.program("strace", [&strace[..], &mfa].concat()).said();
        let why = "Operation not permitted (os error 1)";
        let place = format!("STORE{file}");
        let text = format!("Problem: cannot write {place}: {why}\n  mend it: chattr -i {place}\n");
        assert_eq!(problems_in(&said), (Some(5), text));
    }
}

#[test]
fn files_that_others_can_read_and_folders_that_others_can_write_are_closed() {
    for file in ["secrets/C", "state/C.json", "img/C.png", "audit.jsonl", ".lock"] {
        let store = TempStore::enrolled();
        set_mode(store.at(file), 0o644);
        let path = format!("STORE/{file}");
        mended(&store, &format!("{path} is open to other users"), &format!("chmod 600 {path}"));
    }
    for folder in ["secrets", "state", "img", ""] {
        let store = TempStore::enrolled();
        set_mode(store.at(folder), 0o722);
        let path = format!("STORE/{folder}");
        let path = path.trim_end_matches('/');
        let problem = format!("{path} can be written by other users");
        mended(&store, &problem, &format!("chmod go-w {path}"));
    }
    for folder in ["secrets", "state", "img"] {
        let store = TempStore::enrolled();
        set_mode(store.at(folder), 0o755);
        let path = format!("STORE/{folder}");
        mended(&store, &format!("{path} can be read by other users"), &format!("chmod 700 {path}"));
    }
}

#[test]
fn mending_leaves_a_line_in_the_log_and_looking_none() {
    let store = TempStore::enrolled();
    store.put("audit.jsonl", "");
    set_mode(store.at("secrets"), 0o755);
    store.mfa(["doctor"]).said();
    assert_eq!(store.read("audit.jsonl"), "");
    store.mfa(["doctor", "--fix"]).said();
    let line: serde_json::Value = serde_json::from_str(&store.read("audit.jsonl")).unwrap();
    assert_eq!((&line["action"], &line["app"]), (&json!("doctor"), &json!("-")));
}

#[test]
fn a_configuration_is_closed_to_others_and_half_of_one_is_cleared() {
    let store = TempStore::enrolled();
    store.put("config.toml", "");
    assert_eq!(problems(&store, &[]), (Some(0), "Nothing is wrong\n".into()));
    set_mode(store.at("config.toml"), 0o644);
    let path = "STORE/config.toml";
    mended(&store, &format!("{path} is open to other users"), &format!("chmod 600 {path}"));
    let half = "was left half written by a process that was killed";
    store.put(".config.toml.tmp", "");
    assert_eq!(problems(&store, &[]), (Some(0), "Nothing is wrong\n".into()));
    age(&store, ".config.toml.tmp");
    mended(&store, &format!("STORE/.config.toml.tmp {half}"), "rm STORE/.config.toml.tmp");
    fs::remove_file(store.at("config.toml")).unwrap();
    symlink("nowhere", store.at("config.toml")).unwrap();
    left_alone(&store, "STORE/config.toml is a symbolic link");
}

#[test]
#[ignore = "needs strace"]
fn what_does_not_stay_mended_is_a_problem_and_not_tried_for_ever() {
    let store = TempStore::enrolled();
    set_mode(store.at("secrets/C"), 0o644);
    let path = store.path();
    let strace = ["-o", "/dev/null", "-e", "inject=fchmod:retval=0"];
    let mfa = [crate::common::program(), "--store", path.to_str().unwrap(), "doctor", "--fix"];
    let said = store.program("strace", [&strace[..], &mfa].concat()).said();
    assert_eq!(said.status, Some(5));
    let problem =
        "Problem: STORE/secrets/C is open to other users\n  mend it: chmod 600 STORE/secrets/C\n";
    assert!(said.stdout.contains(problem) && !said.stdout.contains("Mended"), "{said:?}");
}

#[test]
fn what_a_killed_process_left_and_what_belongs_to_no_app_is_cleared() {
    let half = "was left half written by a process that was killed";
    for file in ["state/.C.json.tmp", "img/.C.png.tmp"] {
        let store = TempStore::enrolled();
        store.put(file, "{");
        age(&store, file);
        mended(&store, &format!("STORE/{file} {half}"), &format!("rm STORE/{file}"));
    }
    let store = TempStore::enrolled();
    store.put("state/D.json", PRISTINE);
    mended(&store, "STORE/state/D.json belongs to no app", "rm STORE/state/D.json");
    // It has a state, and so belonged to an app.
    store.put("state/D.json", PRISTINE);
    store.put("img/D.png", "");
    let [state, image] = ["state/D.json", "img/D.png"]
        .map(|file| format!("Mended: STORE/{file} belongs to no app\n"));
    let text = format!("{state}{image}Nothing is wrong\n");
    assert_eq!(problems(&store, &["--fix"]), (Some(0), text));
    assert!(!store.at("img/D.png").exists());
}

#[test]
fn a_state_that_may_remember_used_codes_is_for_a_person_to_remove() {
    let used = PRISTINE.replace("\"last_step\":null", "\"last_step\":7");
    for state in [&*used, "{}", r#"{"version":99}"#] {
        let store = TempStore::enrolled();
        store.put("state/D.json", state);
        let problem = "Problem: STORE/state/D.json belongs to no app, and may remember codes that were used\n";
        assert_eq!(problems(&store, &["--fix"]), (Some(5), problem.into()));
        assert_eq!(store.read("state/D.json"), state);
    }
}

/// An app that is renamed has a state under its new name before it has a secret of that name.
#[test]
fn doctor_beside_a_rename_takes_no_state_away() {
    let store = TempStore::enrolled();
    let code = right();
    assert_eq!(store.mfa(["-a", "C", "-o", &code]).said().status, Some(0));
    let store = &store;
    std::thread::scope(|scope| {
        let mending =
            scope.spawn(|| (0..60).for_each(|_| drop(store.mfa(["doctor", "--fix"]).said())));
        let mut name = "C".to_owned();
        for n in 0..60 {
            let next = format!("C{n}");
            assert_eq!(store.mfa(["rename", &name, &next]).said().status, Some(0));
            assert_eq!(
                store.mfa(["-a", &next, "-o", &code]).said().status.map(|s| s == 0),
                Some(false)
            );
            name = next;
        }
        mending.join().unwrap();
    });
}

#[test]
fn an_image_that_was_scanned_or_is_a_day_old_still_shows_the_secret() {
    let problem = "STORE/img/C.png still shows the secret of an app that is in use";
    let store = TempStore::enrolled();
    store.mfa(["-a", "C", "-o", &right()]).gives(0, "Welcome\n", "");
    mended(&store, problem, "rm STORE/img/C.png");
    assert!(!store.at("img/C.png").exists());
    let store = TempStore::enrolled();
    change(&store, "created", now().0 - 24 * 60 * 60 - 1);
    mended(&store, problem, "rm STORE/img/C.png");
}

#[test]
fn what_only_a_person_can_judge_is_told_and_left_alone() {
    let store = TempStore::enrolled();
    store.put("state/C.json", "{");
    let (status, text) = problems(&store, &["--fix"]);
    assert_eq!(status, Some(5));
    assert!(text.starts_with("Problem: STORE/state/C.json is damaged: "), "{text}");

    let store = TempStore::enrolled();
    store.put("secrets/C", "GEZDGNBV");
    let why = "the secret has 40 bits, fewer than 80";
    left_alone(&store, &format!("STORE/secrets/C is damaged: {why}"));

    let store = TempStore::enrolled();
    store.put("secrets/-x", SECRET);
    left_alone(&store, "STORE/secrets/-x is not a valid app name, and is never listed");

    let store = TempStore::enrolled();
    fs::rename(store.at("state/C.json"), store.outside().join("x")).unwrap();
    symlink(store.outside().join("x"), store.at("state/C.json")).unwrap();
    left_alone(&store, "STORE/state/C.json is a symbolic link");

    let store = TempStore::enrolled();
    change(&store, "last_step", now().0 / 30 + 1000);
    left_alone(
        &store,
        "STORE/secrets/C was used while the clock was ahead: codes are refused until that time comes",
    );
}

#[test]
fn nothing_that_the_environment_names_is_started() {
    let store = TempStore::enrolled();
    let fake = store.outside().join("timedatectl");
    fs::write(&fake, "#!/bin/sh\n: >\"${0%/*}/started\"\n").unwrap();
    set_mode(&fake, 0o755);
    let path = format!("{}:/usr/bin:/bin", store.outside().display());
    assert_ne!(store.mfa(["doctor"]).env("PATH", path).said().status, None);
    assert!(!store.outside().join("started").exists());
}

#[test]
fn json_lists_what_is_wrong_and_what_was_mended() {
    let store = TempStore::enrolled();
    store.put("state/D.json", PRISTINE);
    let path = store.at("state/D.json").display().to_string();
    let finding =
        json!([{"problem": format!("{path} belongs to no app"), "mend": format!("rm {path}")}]);
    for (args, problems, mended) in [
        (&["doctor", "--json"][..], finding.clone(), json!([])),
        (&["doctor", "--json", "--fix"], json!([]), finding.clone()),
    ] {
        let said = store.mfa(args).said();
        let text = said.stdout.replace("STORE", store.path().to_str().unwrap());
        let mut found: serde_json::Value = serde_json::from_str(&text).unwrap();
        let clock = found["clock_synchronised"].take();
        assert!(clock.is_null() || clock.is_boolean(), "{clock}");
        if clock == json!(false) {
            found["problems"].as_array_mut().unwrap().pop();
        }
        let expected = json!({"store": store.path(), "apps": 1, "clock_synchronised": null,
            "problems": problems, "mended": mended});
        assert_eq!(found, expected);
    }
}
