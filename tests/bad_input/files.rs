use std::fs::{self, File, hard_link};
use std::os::unix::fs::{chown, symlink};
use std::os::unix::net::UnixListener;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::common::disk::set_mode;
use crate::refused;

/// A function that puts something in place of the secret.
type Make = fn(&TempStore);

/// Asserts that no command that reads the app `C`, or one of its files, trusts it.
#[track_caller]
fn unbelieved(store: &TempStore, message: &str) {
    let message = format!("error: {message}\n");
    refused(store, store.mfa(["-a", "C", "-o", &right()]), 5, &message);
    refused(store, store.unattended(["-a", "C"]), 5, &message);
    let create = ["-c", "-n", "n", "-i", "C", "--force"];
    refused(store, store.mfa(create), 5, &message);
}

#[test]
fn a_secret_that_is_damaged_is_not_believed() {
    let too_long = vec![b'A'; 65_537];
    for (secret, why) in [
        (&b""[..], "the secret is empty"),
        (b"\n", "the secret is empty"),
        (b"GEZDGNBVGY3TQOI", "the secret has 72 bits, fewer than 80"),
        (b"GEZDGNBVGY3TQOJQG", "the secret is not base32"),
        (b"GEZDGNBVGY3TQOJQGEZ", "the secret is not base32"),
        (b"GEZDGNBVGY3TQOJQGEZDGN", "the secret is not base32"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", "the secret is not base32"),
        (b"GEZDGNBVGY3TQOJQ\0", "the secret is not base32"),
        (b"GEZDGNBV\nGY3TQOJQ", "the secret is not base32"),
        (b"GEZDGNBVGY3TQOJQ\n\n", "the secret is not base32"),
        (b"0189GNBVGY3TQOJQ", "the secret is not base32"),
        (&too_long, "longer than 64 KiB"),
    ] {
        let store = TempStore::with_secret("C", secret);
        unbelieved(&store, &format!("STORE/secrets/C is damaged: {why}"));
    }
}

#[test]
fn a_secret_of_a_gigabyte_is_refused_unread() {
    let store = TempStore::with_secret("C", "");
    File::options().write(true).open(store.at("secrets/C")).unwrap().set_len(1 << 30).unwrap();
    unbelieved(&store, "STORE/secrets/C is damaged: longer than 64 KiB");
}

#[test]
fn a_secret_that_others_can_read_is_not_believed_and_the_hint_mends_it() {
    for mode in [0o640, 0o604, 0o610] {
        let store = TempStore::with_secret("C", SECRET);
        set_mode(store.at("secrets/C"), mode);
        unbelieved(
            &store,
            "STORE/secrets/C is open to other users\nhint: run chmod 600 STORE/secrets/C",
        );
    }
}

#[test]
fn what_others_could_write_is_not_believed_and_the_hint_enrols_anew() {
    let cases = [
        ("secrets/C", "could be written by other users, and may be a secret of theirs"),
        ("state/C.json", "could be written by other users: codes that were used may open again"),
    ];
    for (file, why) in cases {
        for mode in [0o620, 0o602, 0o666] {
            let store = TempStore::enrolled();
            set_mode(store.at(file), mode);
            let hint = format!("run chmod 600 STORE/{file} && mfa create --force --app C …");
            unbelieved(&store, &format!("STORE/{file} {why}\nhint: {hint}"));
        }
    }
}

#[test]
fn a_secret_that_is_no_regular_file_of_one_link_is_not_believed() {
    let cases: [(&str, Make); 7] = [
        ("is a symbolic link", |s| symlink(s.at("secrets/D"), s.at("secrets/C")).unwrap()),
        ("is a symbolic link", |s| symlink("nowhere", s.at("secrets/C")).unwrap()),
        ("has more than one link", |s| hard_link(s.at("secrets/D"), s.at("secrets/C")).unwrap()),
        ("is not a regular file", |s| fs::create_dir(s.at("secrets/C")).unwrap()),
        ("is not a regular file", |s| drop(UnixListener::bind(s.at("secrets/C")).unwrap())),
        ("is not a regular file", |s| {
            mknodat(CWD, s.at("secrets/C"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        }),
        ("is a symbolic link", |s| symlink("/dev/zero", s.at("secrets/C")).unwrap()),
    ];
    for (why, make) in cases {
        let store = TempStore::with_secret("D", SECRET);
        make(&store);
        unbelieved(&store, &format!("STORE/secrets/C {why}"));
    }
}

#[test]
#[ignore = "needs root"]
fn what_belongs_to_another_user_is_not_believed() {
    for place in ["secrets/C", "secrets", ""] {
        let store = TempStore::with_secret("C", SECRET);
        let path = store.at(place);
        chown(&path, Some(65_534), None).unwrap();
        let shown = if place.is_empty() { "STORE".into() } else { format!("STORE/{place}") };
        // Taking over a whole store would lock its owner out.
        let mend =
            if place.is_empty() { "sudo -u '#65534' mfa …" } else { &format!("chown 0 {shown}") };
        let hint = format!("hint: run {mend}");
        unbelieved(&store, &format!("{shown} belongs to another user\n{hint}"));
    }
}

#[test]
fn one_damaged_app_hides_no_other_from_a_long_list() {
    let store = TempStore::with_secret("C", "A");
    store.put("secrets/D", SECRET);
    let message = "error: STORE/secrets/C is damaged: the secret is not base32\n";
    let listed = r#"[{"app":"D","issuer":"D","account":null,"kind":"totp","algorithm":"SHA1","digits":6,"period":30,"counter":null,"drift":null,"phone":null,"created":null,"last_used":null}]"#;
    store.mfa(["list", "--json"]).gives(5, &format!("{listed}\n"), message);
    store.mfa(["list"]).gives(0, "App Name: C\nApp Name: D\n--------\n", "");
}
