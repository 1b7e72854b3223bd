use std::fs::{self, File};

use serde_json::{Value, json};

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::common::disk::{mode, set_mode};
use crate::{codes, uri};

/// Makes a store with apps of all kinds that a phone app can express.
fn store() -> TempStore {
    let store = TempStore::new();
    let uris = [
        uri("Example%20Corp:alice%40example.com", SECRET),
        uri("B%C3%BCcher:bob", "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH") + "&algorithm=SHA256&digits=8",
        uri("alone", "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U") + "&algorithm=SHA512",
    ];
    let said = store.mfa(["import", "-"]).fed(uris.join("\n")).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ""));
    store
}

/// Exports all apps to a file, and returns a new store into which it was imported.
fn round_trip(store: &TempStore, format: &str, file: &str) -> TempStore {
    let path = store.outside().join(file);
    let path = path.to_str().unwrap();
    let password = if format == "aegis-encrypted" { &["--password-stdin"][..] } else { &[] };
    let export = ["export", "--format", format, "--output", path];
    let wrote = format!("wrote {path}\n");
    store.mfa(export).args(password).fed("päss word\n").gives(0, "", &wrote);
    assert_eq!(mode(path), 0o600, "{format}");
    let other = TempStore::new();
    let said = other.mfa(["import", path]).args(password).fed("päss word\n").said();
    assert_eq!(said.status, Some(0), "{format}: {said:?}");
    other
}

#[test]
fn what_was_exported_imports_to_the_same_codes_through_each_format() {
    let store = store();
    let expected = codes(&store);
    assert_eq!(expected.as_array().unwrap().len(), 3);
    for (format, file) in [
        ("uri", "uris"),
        ("aegis", "vault.json"),
        ("aegis-encrypted", "closed.json"),
        ("migration", "picture.png"),
    ] {
        let other = round_trip(&store, format, file);
        let mut found = codes(&other);
        // A URI always has an account, if only the issuer's name again; the vaults may have none.
        for (found, expected) in
            found.as_array_mut().unwrap().iter_mut().zip(expected.as_array().unwrap())
        {
            if expected["account"] == Value::Null || expected["account"] == expected["issuer"] {
                found["account"] = expected["account"].clone();
            }
        }
        assert_eq!(found, expected, "{format}");
        // Once more, from the imported apps; not where scrypt is slow for lack of optimisation.
        if format != "aegis-encrypted" {
            assert_eq!(codes(&round_trip(&other, format, file)), codes(&other), "{format}");
        }
    }
}

#[test]
fn a_file_that_is_there_stays_and_an_empty_password_is_none() {
    let store = store();
    let path = store.outside().join("there");
    fs::write(&path, "mine").unwrap();
    let output = path.to_str().unwrap();
    let exists = format!("error: cannot write {output}: File exists (os error 17)\n");
    for format in ["uri", "aegis"] {
        let export = ["export", "--format", format, "--output", output];
        store.mfa(export).gives(6, "", &exists);
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    let before = store.mfa(["log", "--json"]).said().json();
    assert!(before.as_array().unwrap().iter().all(|event| event["action"] == "import"));

    let closed = ["export", "--format", "aegis-encrypted"];
    let hint = "error: the vault needs a password\nhint: --password-stdin reads it from stdin\n";
    store.unattended(closed).gives(2, "", hint);
    let empty = store.mfa(closed).args(["--password-stdin"]).fed("\n");
    empty.gives(2, "", "error: the password is empty\n");
}

#[test]
fn a_password_that_would_be_changed_is_refused() {
    let store = store();
    let export = || store.mfa(["export", "--format", "aegis-encrypted", "--password-stdin"]);
    let long = "error: the line is longer than 1024 bytes\n";
    export().fed("x".repeat(1025)).gives(2, "", long);
    export().fed(b"pass\xffword\n").gives(2, "", "error: the line is not UTF-8\n");
}

#[test]
fn some_apps_go_out_by_parts_of_their_names_each_once_and_json_says_which() {
    let store = store();
    let uri = "otpauth://totp/alone:alone?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U&issuer=alone&algorithm=SHA512\n";
    store.mfa(["export", "LONE", "alone"]).gives(0, uri, "");
    store.mfa(["export", "alone", "none"]).gives(4, "", "error: no app named 'none'\n");
    let path = store.outside().join("out");
    let path = path.to_str().unwrap();
    let said = store.mfa(["export", "Example", "--output", path, "--json"]).said();
    let expected = json!({"exported": ["Example Corp"], "left_out": [], "output": [path]});
    assert_eq!((said.status, said.json(), &*said.stderr), (Some(0), expected, ""));
    let events = store.mfa(["log", "Example Corp", "--json"]).said().json();
    assert_eq!(events[1]["action"], "export");
    assert_eq!(store.mfa(["export", "--json"]).said().status, Some(2));
}

#[test]
fn a_picture_holds_ten_and_what_it_cannot_express_is_left_out_and_told() {
    let store = TempStore::new();
    for n in 10..22 {
        store.put(&format!("secrets/app {n}"), SECRET);
    }
    let odd = uri("Odd:me", "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH") + "&period=60";
    assert_eq!(store.mfa(["import", "-"]).fed(odd).said().status, Some(0));
    let path = store.outside().join("codes.png");
    let stem = store.outside().join("codes");
    let stem = stem.display();
    store.mfa(["export", "--format", "migration", "--output", path.to_str().unwrap()]).gives(
        1,
        "",
        &format!(
            "wrote {stem}-1.png\nwrote {stem}-2.png\n\
             error: 'Odd' was left out: a period of 60 s cannot be expressed, only 30\n"
        ),
    );
    let other = TempStore::new();
    let pictures = [1, 2].map(|n| format!("{stem}-{n}.png"));
    let said = other.mfa(["import"]).args(&pictures).said();
    assert!(said.stdout.ends_with("\n12 imported, 0 skipped, 0 refused\n"), "{said:?}");
    assert_eq!((said.status, &*said.stderr), (Some(0), ""), "all parts are there");
}

#[test]
fn a_pipe_gets_the_uris_of_the_codes_that_a_terminal_shows_and_they_come_in_again() {
    let store = TempStore::new();
    for n in 10..22 {
        store.put(&format!("secrets/app {n}"), SECRET);
    }
    let said = store.mfa(["export", "--format", "migration"]).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ""));
    let starts =
        said.stdout.lines().map(|line| line.starts_with("otpauth-migration://offline?data="));
    assert_eq!(starts.collect::<Vec<_>>(), [true, true]);
    let other = TempStore::new();
    let said = other.mfa(["import", "-"]).fed(said.stdout).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ""), "all parts are there");
    assert_eq!(codes(&other), codes(&store));
}

#[test]
fn where_there_is_nothing_to_export_nothing_is_written() {
    let store = TempStore::new();
    let path = store.outside().join("out");
    let output = ["--output", path.to_str().unwrap()];
    let missing = "error: there is no store 'STORE'\n";
    store.mfa(["export"]).gives(4, "", missing);
    store.mfa(["export"]).args(output).gives(4, "", missing);
    store.put("secrets/Corp", SECRET);
    store.mfa(["remove", "Corp", "--yes"]).gives(0, "Removed Corp\n", "");
    for format in ["uri", "aegis", "aegis-encrypted", "migration"] {
        let export = store.mfa(["export", "--format", format]).args(output);
        export.gives(4, "", "error: the store has no apps\n");
    }
    set_mode(store.at("secrets"), 0o777);
    assert_eq!(store.mfa(["export"]).args(output).said().status, Some(5));
    assert!(!path.exists());
}

#[test]
fn an_app_that_cannot_be_read_keeps_none_of_the_others_back() {
    let store = store();
    store.put("state/alone.json", "{");
    let left_out = "error: 'alone' was left out: STORE/state/alone.json is damaged: ";
    for apps in [&[][..], &["alone", "B", "Ex"]] {
        let said = store.mfa(["export"]).args(apps).said();
        assert_eq!((said.status, said.stdout.lines().count()), (Some(5), 2), "{said:?}");
        assert!(said.stderr.starts_with(left_out) && said.stderr.lines().count() == 1, "{said:?}");
    }
    let path = store.outside().join("vault");
    let path = path.to_str().unwrap();
    let said = store.mfa(["export", "--format", "aegis", "--output", path, "--json"]).said();
    let expected =
        json!({"exported": ["Bücher", "Example Corp"], "left_out": ["alone"], "output": [path]});
    assert_eq!((said.status, said.json()), (Some(5), expected));

    let said = store.mfa(["export", "alone", "--format", "aegis-encrypted"]).said();
    assert_eq!((said.status, &*said.stdout), (Some(5), ""));
    assert!(said.stderr.starts_with(left_out), "{said:?}");
}

#[test]
fn what_stdout_does_not_take_is_told_and_logged_as_not_written() {
    let store = store();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let error = "error: cannot write stdout: No space left on device (os error 28)\n";
    store.mfa(["export", "alone"]).stdout(full()).gives(6, "", error);
    let events = store.mfa(["log", "alone", "--json"]).said().json();
    assert_eq!((&events[1]["action"], &events[1]["outcome"]), (&json!("export"), &json!("record")));
}

#[test]
fn of_pictures_that_cannot_all_be_written_none_stays() {
    let store = TempStore::new();
    for n in 10..22 {
        store.put(&format!("secrets/app {n}"), SECRET);
    }
    let folder = store.outside().join("pictures");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("codes.png");
    let export = ["export", "--format", "migration", "--output", path.to_str().unwrap()];
    let there = folder.join("codes-2.png");
    fs::write(&there, "mine").unwrap();
    assert_eq!(store.mfa(export).said().status, Some(6));
    fs::remove_file(there).unwrap();
    // The second picture, of two apps, is smaller than this limit, but the first is not.
    assert_eq!(store.after("ulimit -f 2", export).said().status, Some(6));
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
}
