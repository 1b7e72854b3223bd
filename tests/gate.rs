//! The ways in which a shell script could open a gate by mistake.

#![cfg(test)]

mod common;

use std::fs::{self, File};
use std::io::{Read, Seek};

use common::TempStore;
use common::codes::{SECRET, right};

/// Returns the arguments of an attempt in each form, with something inserted at each place.
fn arrangements(code: &str, put_in: &[&str]) -> Vec<Vec<String>> {
    let forms = [
        ["authenticate", "C", "-o", code],
        ["authenticate", "-o", code, "C"],
        ["-a", "C", "-o", code],
        ["-o", code, "--authenticate", "C"],
    ];
    let all = forms
        .iter()
        .flat_map(|form| (0..=form.len()).map(|at| [&form[..at], put_in, &form[at..]].concat()));
    all.map(|args| args.into_iter().map(String::from).collect()).collect()
}

#[test]
fn help_or_version_anywhere_beside_authenticate_is_status_2_and_says_nothing_on_stdout() {
    let store = TempStore::with_secret("C", SECRET);
    let code = right();
    for option in ["--help", "--version", "-h", "-V"] {
        let attached = ["-aC", "-a=C", "--authenticate=C"];
        let more = attached.map(|a| vec![option.to_owned(), a.into(), format!("-o{code}")]);
        for args in arrangements(&code, &[option]).into_iter().chain(more) {
            let said = store.mfa(&args).said();
            assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{args:?}");
            assert!(!said.stderr.is_empty(), "{args:?}");
        }
    }
    assert!(!store.at("state").exists(), "no code was looked at");
}

#[test]
fn no_two_words_smuggled_in_behind_the_code_open_the_gate() {
    let store = TempStore::new();
    let words = "- -- -l --list list -c create -h --version --json --long -a -n -i authenticate 1";
    let words: Vec<&str> = words.split(' ').chain([""]).collect();
    for (first, second) in words.iter().flat_map(|a| words.iter().map(move |b| (a, b))) {
        for args in [
            ["authenticate", "C", "-o", "654321", first, second],
            ["authenticate", "-o", "654321", first, second, "C"],
            ["-a", "C", "-o", "654321", first, second],
            ["-o", "654321", first, second, "-a", "C"],
        ] {
            let status = store.mfa(args).said().status;
            assert!(matches!(status, Some(2 | 4)), "{args:?}: {status:?}");
        }
    }
}

#[test]
fn a_code_from_stdin_ends_with_its_line_and_leaves_the_rest_to_the_next_reader() {
    let store = TempStore::with_secret("C", SECRET);
    let path = store.outside().join("input");
    for (end, rest) in [("\n", "the rest\n"), ("\r\n", ""), ("", "")] {
        fs::write(&path, format!(" {}{end}{rest}", right())).unwrap();
        let mut input = File::open(&path).unwrap();
        let said = store.mfa(["-a", "C", "-o", "-"]).stdin(input.try_clone().unwrap()).said();
        assert_eq!((said.status, &*said.stdout, &*said.stderr), (Some(0), "Welcome\n", ""));
        let mut left = String::new();
        assert_eq!(input.stream_position().unwrap(), 7 + end.len() as u64);
        input.read_to_string(&mut left).unwrap();
        assert_eq!(left, rest);
        fs::remove_dir_all(store.at("state")).unwrap();
    }
}

#[test]
fn spaces_and_hyphens_in_a_code_are_dropped_and_it_is_the_same_code() {
    let store = TempStore::with_secret("C", SECRET);
    let code = right();
    let (start, end) = code.split_at(3);
    store.mfa(["-a", "C", "-o", &format!("{start} {end}")]).gives(0, "Welcome\n", "");
    store.mfa(["-a", "C", "-o", &format!("{start}-{end}")]).gives(
        1,
        "OTP verification failed\n",
        "",
    );
}

#[test]
fn without_a_code_or_a_terminal_to_ask_on_the_code_is_missing() {
    let store = TempStore::with_secret("C", SECRET);
    let missing = "error: Missing code\nhint: pipe the code in, with -o -\n";
    for line in [&["authenticate", "C"][..], &["-a", "C"]] {
        store.unattended(line).gives(2, "", missing);
        store.unattended(line).fed(format!("{}\n", right())).gives(2, "", missing);
    }
    let by_ssh = "error: Missing code\nhint: ssh -t gives a terminal that asks for it; or pipe the \
                  code in, with -o -\n";
    let ssh = ("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    store.unattended(["authenticate", "C"]).env(ssh.0, ssh.1).gives(2, "", by_ssh);
    store.unattended(["authenticate", "D"]).gives(4, "", "error: no app named 'D'\n");
}

#[test]
fn an_outcome_that_cannot_be_recorded_is_refused_right_or_wrong() {
    let store = TempStore::with_secret("C", SECRET);
    fs::create_dir(store.at("state")).unwrap();
    common::disk::set_mode(store.at("state"), 0o700);
    let before = store.snapshot();
    let failed = |blocks| {
        let file = if blocks < 8 { "audit.jsonl" } else { "state/C.json" };
        format!("error: cannot write STORE/{file}: File too large (os error 27)\n")
    };
    let room = |blocks: u32| format!("ulimit -f {blocks}");
    // Files may not grow at all, past a line of the log, or past the longest state (in blocks of
    // 512 bytes). The record of a success is shorter than that of a failure, and must not betray
    // it.
    for (code, full) in
        [0, 7, 40, 127].into_iter().flat_map(|room| [(right(), room), ("000000".into(), room)])
    {
        let (code, failed, full) = (code.as_str(), &failed(full), &room(full));
        store.after(full, ["-a", "C", "-o", code]).gives(6, "", failed);
        let json = "{\"accepted\":false,\"reason\":\"record\",\"retry_after\":null,\"factor\":null,\"backup_codes_left\":null}\n";
        store.after(full, ["-a", "C", "-o", code, "--json"]).gives(6, json, failed);
    }
    assert_eq!(store.snapshot(), before);
    store.mfa(["-a", "C", "-o", &right()]).gives(0, "Welcome\n", "");
}

#[test]
fn an_app_that_another_process_holds_is_waited_for_and_then_refused() {
    let store = TempStore::with_secret("C", SECRET);
    let secret = File::open(store.at("secrets/C")).unwrap();
    let folder = File::open(store.at("secrets")).unwrap();
    secret.lock().unwrap();
    let mut waiting = store.mfa(["-a", "C", "-o", &right()]).start();
    waiting.feed();
    std::thread::sleep(std::time::Duration::from_millis(200));
    drop(secret);
    assert_eq!(waiting.finish().stdout, "Welcome\n");

    folder.lock().unwrap();
    let secret = File::open(store.at("secrets/C")).unwrap();
    secret.lock().unwrap();
    let verify = store.mfa(["-a", "C", "-o", &right()]).start();
    let create = store.mfa(["-c", "-n", "me", "-i", "D"]).start();
    for said in [verify.finish(), create.finish()] {
        let busy = "error: the app is in use by another process\n\
                    hint: try again once the other process has ended\n";
        assert_eq!((said.status, &*said.stdout, &*said.stderr), (Some(6), "", busy));
    }
}
