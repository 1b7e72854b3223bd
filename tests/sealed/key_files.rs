use std::fs;
use std::os::unix::fs::symlink;

use rustix::fs::{Gid, Uid};

use crate::common::disk::{mode, set_mode};
use crate::common::{Run, TempStore};
use crate::{keygen, sealed, with_key};

const CODE: [&str; 4] = ["code", "C", "--at", "59"];

#[track_caller]
fn opens(run: Run) {
    run.args(CODE).gives(0, "287082\n", "1 s left\n");
}

fn with_file(store: &TempStore, file: &str) -> Run {
    store.mfa(["--key-file", file])
}

#[test]
fn a_new_key_file_is_private_and_replaces_no_other() {
    let store = TempStore::new();
    let file = keygen(&store, "a");
    assert_eq!(mode(&file), 0o600);
    let line = fs::read_to_string(&file).unwrap();
    assert!(line.starts_with("mfa-key:1:a:") && line.ends_with('\n') && line.len() == 56, "{line}");
    let again = store.bare(["keygen", file.to_str().unwrap()]).said();
    assert_eq!((again.status, &*again.stdout), (Some(6), ""), "{again:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), line);
    let other = store.outside().join("other");
    let said = store.bare(["keygen", other.to_str().unwrap(), "--json"]).said();
    assert!(!said.stdout.contains("mfa-key") && said.json()["key"].as_str().unwrap().len() == 9);
    assert_eq!(store.bare(["keygen", "x", "--id", "a b"]).said().status, Some(2));
}

#[test]
fn the_key_comes_from_the_option_else_the_variable_else_systemds_credentials() {
    let store = sealed();
    let key = store.outside().join("a");
    opens(store.mfa([""; 0]).env("MFA_KEY_FILE", &key));
    opens(with_key(&store, "a", &[]).env("MFA_KEY_FILE", "/nowhere"));
    let credentials = store.outside().join("credentials");
    fs::create_dir(&credentials).unwrap();
    fs::rename(&key, credentials.join("mfa.key")).unwrap();
    opens(store.mfa([""; 0]).env("CREDENTIALS_DIRECTORY", &credentials));
    // Who meant to name one would not notice that plain secrets are believed.
    let error = "error: MFA_KEY_FILE is empty\nhint: name a file, or unset it\n";
    store.mfa(CODE).env("MFA_KEY_FILE", "").gives(2, "", error);
    let key = fs::read_to_string(credentials.join("mfa.key")).unwrap();
    let error = "error: --key-file takes the name of a file, not a key\n";
    with_file(&store, key.trim()).args(CODE).gives(2, "", error);
}

#[test]
fn a_fifo_such_as_a_process_substitution_gives_the_key() {
    let store = sealed();
    let key = store.outside().join("a");
    let line = format!(
        "exec {} --store {} --key-file <(cat {}) code C --at 59",
        crate::common::program(),
        store.path().display(),
        key.display()
    );
    store.program("bash", ["-c", &line]).gives(0, "287082\n", "1 s left\n");
}

#[test]
fn a_key_file_that_others_can_read_is_refused_and_a_link_is_judged_by_what_it_leads_to() {
    let store = sealed();
    let key = store.outside().join("a");
    let link = store.outside().join("link");
    symlink(&key, &link).unwrap();
    opens(with_file(&store, link.to_str().unwrap()));
    for bad in [0o640, 0o604, 0o620, 0o666] {
        set_mode(&key, bad);
        let said = with_file(&store, link.to_str().unwrap()).args(CODE).said();
        assert_eq!((said.status, &*said.stdout), (Some(5), ""), "{bad:o}");
        assert!(
            said.stderr.contains("link is open to other users\nhint: run chmod 600 "),
            "{said:?}"
        );
    }
    set_mode(&key, 0o400);
    opens(with_file(&store, link.to_str().unwrap()));
    for path in ["/dev/null", "/", "/nowhere"] {
        let said = with_file(&store, path).args(CODE).said();
        assert_eq!((said.status, &*said.stdout), (Some(5), ""), "{path} {said:?}");
    }
}

#[test]
fn a_credential_of_roots_may_be_readable_by_its_group_among_credentials_alone() {
    let store = sealed();
    let credentials = store.outside().join("credentials");
    fs::create_dir(&credentials).unwrap();
    let credential = credentials.join("mfa.key");
    fs::rename(store.outside().join("a"), &credential).unwrap();
    set_mode(&credential, 0o440);
    let file = credential.to_str().unwrap();
    if rustix::process::geteuid().is_root() {
        opens(store.mfa([""; 0]).env("CREDENTIALS_DIRECTORY", &credentials));
        opens(with_file(&store, file).env("CREDENTIALS_DIRECTORY", &credentials));
        rustix::fs::chown(&credential, Some(Uid::from_raw(65_534)), None::<Gid>).unwrap();
    }
    // Another user's, or among no credentials.
    for run in [
        store.mfa(CODE).env("CREDENTIALS_DIRECTORY", &credentials),
        with_file(&store, file).args(CODE),
    ] {
        assert_eq!(run.said().status, Some(5));
    }
}

#[test]
fn what_is_no_key_file_is_refused_in_one_line_that_does_not_repeat_it() {
    let store = sealed();
    let key = fs::read_to_string(store.outside().join("a")).unwrap();
    for (text, error) in [
        (String::new(), "is damaged: there is no key in it"),
        ("# nothing\n\n".into(), "is damaged: there is no key in it"),
        ("GEZDGNBVGY3TQOJQ\n".into(), "is damaged: not a key, which begins with mfa-key:1:"),
        (
            key.trim_end()[..50].into(),
            "is damaged: a key is 32 bytes in base64url, without padding",
        ),
        (format!("{key}x\n"), "is damaged: not a key, which begins with mfa-key:1:"),
        (key.repeat(2), "is damaged: two keys have the same name"),
        ("\u{0}".repeat(70_000), "it is longer than 64 KiB"),
    ] {
        let file = store.outside().join("bad");
        fs::write(&file, &text).unwrap();
        set_mode(&file, 0o600);
        let said = with_file(&store, file.to_str().unwrap()).args(CODE).said();
        assert_eq!((said.status, &*said.stdout), (Some(5), ""), "{error}");
        let canary = &key[20..40];
        assert!(said.stderr.contains(error) && !said.stderr.contains(canary), "{said:?}");
    }
}

#[test]
fn a_second_key_file_is_one_too_many() {
    let store = sealed();
    let said = with_key(&store, "a", &CODE).args(["--key-file", "/tmp/theirs"]).said();
    assert_eq!((said.status, &*said.stdout), (Some(2), ""));
}
