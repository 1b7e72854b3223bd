use std::fs;
use std::path::Path;

use serde_json::json;

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::{codes, uri};

/// Another secret of 160 bits, and one of 80.
const OTHER: &str = "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH";
const SHORT: &str = "GEZDGNBVGY3TQOJQ";

const NONE: &str = "0 imported, 0 skipped, 0 refused\n";

/// Returns the path of a file that another app exported.
fn sample(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import");
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn every_entry_of_a_file_is_reported_and_the_good_ones_come_in() {
    let store = TempStore::new();
    let report = |[before, after]: [&str; 2], counts: &str| {
        let came = |app: &str| format!("{before} {app}{after}\n");
        let first = ["Example Corp", "Bücher", "Old Service"].map(came).concat();
        let kinds = [("Counter", " (codes by counter)"), ("Games", " (codes of Steam Guard)")];
        let kinds =
            kinds.map(|(app, of)| came(&[app, if after.is_empty() { of } else { "" }].concat()));
        let middle = "Refused A:B\\u{7}:x:frank: 'A:B\\u{7}' holds a control character
Refused Short:grace: the secret has 40 bits, fewer than 80
Refused Long:heidi: the number of digits is '9', not 6, 7 or 8
";
        let last = "Refused line 12: the secret has 40 bits, fewer than 80
Refused a: the parameter 'secret' appears twice
";
        format!("{first}{}{middle}{}{last}{counts}\n", kinds.concat(), came("Fast"))
    };
    let short = "warning: secrets of fewer than the 128 bits of RFC 4226: 'Old Service'\n";
    let file = sample("uris.txt");
    let planned = report(["Would import", ""], "6 to be imported, 0 skipped, 5 refused");
    store.mfa(["import", &file, "--dry-run"]).gives(1, &planned, short);
    assert!(!store.path().exists(), "to try an import writes nothing");

    let done = report(["Imported", ""], "6 imported, 0 skipped, 5 refused");
    store.mfa(["import", &file]).gives(1, &done, short);
    let before = store.snapshot();
    let again = report(["Skipped", ": exists already"], "0 imported, 6 skipped, 5 refused");
    store.mfa(["import", &file]).gives(1, &again, "");
    assert_eq!(store.snapshot(), before);
    let listed = store.mfa(["list", "--json"]).said().json();
    let kept = listed.as_array().unwrap().iter().map(|app| {
        (app["app"].clone(), app["account"].clone(), app["digits"].clone(), app["period"].clone())
    });
    let expected = [
        (json!("Bücher"), json!("bob"), json!(8), json!(60)),
        (json!("Counter"), json!("dave"), json!(6), json!(null)),
        (json!("Example Corp"), json!("alice@example.com"), json!(6), json!(30)),
        (json!("Fast"), json!("ivan"), json!(6), json!(10)),
        (json!("Games"), json!("eve"), json!(5), json!(30)),
        (json!("Old Service"), json!("carol"), json!(7), json!(30)),
    ];
    assert_eq!(kept.collect::<Vec<_>>(), expected);
}

#[test]
fn a_name_in_use_gets_a_suffix_that_is_told_and_what_was_there_stays() {
    let store = TempStore::with_secret("Corp", SECRET);
    let lines = [
        uri("Corp:me", OTHER),
        uri("Corp:you", SHORT),
        uri("Corp:again", OTHER),
        uri("Corp:old", SECRET),
    ];
    let report = "\
Imported Corp 2 (there is an app 'Corp' already)
Imported Corp 3 (there is an app 'Corp' already)
Skipped Corp 2: exists already
Skipped Corp: exists already
2 imported, 2 skipped, 0 refused
";
    let short = "warning: secrets of fewer than the 128 bits of RFC 4226: 'Corp 3'\n";
    store.mfa(["import", "-"]).fed(lines.join("\n")).gives(1, report, short);
    let secrets = ["Corp", "Corp 2", "Corp 3"].map(|app| store.read(&format!("secrets/{app}")));
    assert_eq!(secrets, [SECRET, OTHER, SHORT]);
    let report = "\
Skipped Corp 2: exists already
Skipped Corp 3: exists already
Skipped Corp 2: exists already
Skipped Corp: exists already
0 imported, 4 skipped, 0 refused
";
    store.mfa(["import", "-"]).fed(lines.join("\n")).gives(1, report, "");
}

#[test]
fn a_label_and_an_issuer_that_differ_are_no_error() {
    let store = TempStore::new();
    let line = format!("{}&issuer=Other", uri("Corp:me", SECRET));
    let said = store.mfa(["import", "-"]).fed(line).said();
    assert_eq!(
        (said.status, &*said.stdout),
        (Some(0), "Imported Other\n1 imported, 0 skipped, 0 refused\n")
    );
}

#[test]
fn json_tells_the_same_under_stable_keys() {
    let store = TempStore::with_secret("Corp", OTHER);
    let lines = [uri("Corp:a", OTHER), uri("New:b", SECRET), "https://nonsense".into()].join("\n");
    let expected = json!({
        "imported": ["New"],
        "skipped": [{"what": "Corp", "why": "exists already"}],
        "refused": [{"what": "line 3", "why": "not an otpauth URI"}],
        "failed": [],
        "notes": [],
    });
    for dry in [&["--dry-run"][..], &[]] {
        let said = store.mfa(["import", "-", "--json"]).args(dry).fed(&*lines).said();
        assert_eq!((said.status, said.json(), &*said.stderr), (Some(1), expected.clone(), ""));
    }
}

#[test]
fn the_password_of_a_vault_comes_from_stdin_and_a_wrong_one_opens_nothing() {
    let file = sample("2fas_encrypted.2fas");
    let store = TempStore::new();
    let import = ["import", &*file, "--password-stdin"];
    let wrong =
        format!("error: cannot import '{file}': the 2FAS file does not open with this password\n");
    store.mfa(import).fed("wrong\n").gives(2, NONE, &wrong);
    let changed =
        format!("error: cannot import '{file}': it needs a password: the line is not UTF-8\n");
    store.mfa(import).fed(b"correct\xffhorse\n").gives(2, NONE, &changed);
    let nobody = store.unattended(["import", &file]).said();
    let error = format!(
        "error: cannot import '{file}': it needs a password: there is no terminal to ask for it\n\
         hint: --password-stdin reads it from stdin\n"
    );
    assert_eq!((nobody.status, &*nobody.stdout, nobody.stderr), (Some(2), NONE, error));
    assert!(!store.path().exists());
    let said = store.mfa(import).fed("correct horse\n").said();
    assert_eq!(said.status, Some(1));
    assert!(said.stdout.starts_with("Imported Example Corp\n"), "{said:?}");
    assert!(said.stdout.ends_with("7 imported, 0 skipped, 2 refused\n"), "{said:?}");
    let both = "error: stdin cannot be both the file and the password\n";
    store.mfa(["import", "-", "--password-stdin"]).fed("x").gives(2, "", both);
}

#[test]
fn files_that_say_nothing_are_told_and_keep_none_of_the_others_out() {
    let store = TempStore::new();
    let (good, bad) = (store.outside().join("good"), store.outside().join("bad"));
    fs::write(&good, uri("Corp:me", SECRET)).unwrap();
    fs::write(&bad, [0, 159, 146, 150]).unwrap();
    let [good, bad] = [good, bad].map(|path| path.to_str().unwrap().to_owned());
    let said = store.mfa(["import", "missing", &bad, &good, "-"]).fed(uri("Two:me", SECRET)).said();
    let report = "Imported Corp\nImported Two\n2 imported, 0 skipped, 0 refused\n";
    assert_eq!((said.status, &*said.stdout), (Some(1), report));
    let missing = "error: cannot import 'missing': No such file or directory (os error 2)\n";
    let bad = format!(
        "error: cannot import '{bad}': not a format that mfa can import\n\
         hint: --format andotp, if it is an old encrypted backup of andOTP\n"
    );
    assert_eq!(said.stderr, [missing, &bad].concat());
    assert_eq!(store.mfa(["import"]).said().status, Some(2));
}

#[test]
fn json_names_each_file_that_gave_no_entry_and_why() {
    let store = TempStore::new();
    let said = store
        .mfa(["import", "missing", "-", "--json"])
        .fed(r#"{"items": [], "encrypted": false}"#)
        .said();
    let expected = json!({
        "imported": [],
        "skipped": [],
        "refused": [],
        "failed": [
            {"file": "missing", "why": "No such file or directory (os error 2)"},
            {"file": "-", "why": "there is nothing to import in it"},
        ],
        "notes": [],
    });
    let stderr = "error: cannot import 'missing': No such file or directory (os error 2)\n\
                  error: cannot import '-': there is nothing to import in it\n";
    assert_eq!((said.status, said.json(), &*said.stderr), (Some(2), expected, stderr));
}

#[test]
fn an_old_backup_that_bears_no_sign_is_asked_for_its_password_where_it_is_named() {
    let files = [sample("andotp_encrypted_old.bin"), sample("uris.txt")];
    let store = TempStore::new();
    let import = store.mfa(["import", "--format", "andotp", "--password-stdin"]).args(files);
    let said = import.fed("correct horse\n").said();
    assert_eq!(
        (said.status, said.stdout.lines().last()),
        (Some(1), Some("7 imported, 6 skipped, 7 refused"))
    );
}

#[test]
fn a_folder_of_mfa_py_comes_in_by_its_names() {
    let old = TempStore::with_secret("Example Corp", format!("{}\n", SECRET.to_lowercase()));
    old.put("secrets/Other", OTHER);
    old.put("secrets/Broken", "no base32!");
    let before = old.snapshot();
    for folder in [old.path(), old.at("secrets")] {
        let store = TempStore::new();
        let said = store.mfa(["import", folder.to_str().unwrap()]).said();
        assert_eq!(said.status, Some(1), "{said:?}");
        let [broken, rest @ ..] = &said.stdout.lines().collect::<Vec<_>>()[..] else { panic!() };
        assert!(broken.starts_with("Refused Broken: "), "{broken}");
        assert_eq!(
            rest,
            ["Imported Example Corp", "Imported Other", "2 imported, 0 skipped, 1 refused"]
        );
        store.mfa(["code", "Ex", "--at", "59"]).gives(0, "287082\n", "1 s left\n");
    }
    assert_eq!(old.snapshot(), before);
}

#[test]
fn a_folder_of_something_else_is_told_once_and_its_files_are_to_be_named() {
    let store = TempStore::new();
    let folder = store.outside().join("phone");
    fs::create_dir(&folder).unwrap();
    for name in ["aegis.json", "2fas.2fas", "uris.txt"] {
        fs::copy(sample(name), folder.join(name)).unwrap();
    }
    let folder = folder.to_str().unwrap();
    let error = format!(
        "error: cannot import '{folder}': it is not a folder of mfa.py\n\
         hint: name the files in it that are to be imported\n"
    );
    store.mfa(["import", folder]).gives(2, NONE, &error);
}

#[test]
fn files_of_many_kinds_come_in_at_once() {
    let store = TempStore::new();
    let names = ["aegis.json", "2fas.2fas", "andotp.json", "freeotp_plus.json", "two_codes.png"];
    let said = store.mfa(["import"]).args(names.map(sample)).said();
    assert_eq!(said.status, Some(1));
    // Each of them has the same apps, but FreeOTP+ has no Steam; the picture has the first two.
    assert!(said.stdout.contains("\n7 imported, "), "{}", said.stdout);
    let apps = "App Name: A:B\nApp Name: Bücher\nApp Name: Counter\nApp Name: Example Corp\nApp Name: Fast\nApp Name: Games\nApp Name: Old Service\n--------\n";
    store.mfa(["list"]).gives(0, apps, "");
    assert_eq!(codes(&store).as_array().unwrap().len(), 6, "all but those by counter");
}

#[test]
fn labels_that_no_state_could_hold_are_refused() {
    let store = TempStore::new();
    let line = format!("otpauth://totp/I:{}?secret={SECRET}&issuer=I", "x".repeat(70_000));
    let refused = "Refused I: issuer and account are longer than 4096 bytes\n0 imported, 0 skipped, 1 refused\n";
    store.mfa(["import", "-"]).fed(line).gives(1, refused, "");
}

#[test]
fn a_key_derivation_that_gets_no_memory_is_refused() {
    let scrypt = fs::read_to_string(sample("aegis_encrypted.json")).unwrap();
    let scrypt = scrypt.replace(r#""n": 1024"#, r#""n": 262144"#);
    let argon2 = fs::read_to_string(sample("bitwarden_argon2.json")).unwrap();
    let argon2 = argon2.replace(r#""kdfMemory": 8"#, r#""kdfMemory": 256"#);
    let store = TempStore::new();
    for (name, text, format, asked) in [
        ("scrypt", scrypt, "Aegis", "scrypt with n=262144 r=8 p=1"),
        ("argon2", argon2, "Bitwarden", "Argon2 with 262144 KiB, 2 passes, 2 lanes"),
    ] {
        fs::write(store.outside().join(name), text).unwrap();
        let error = format!(
            "error: cannot import '{name}': the {format} file can't be read: there is too little memory for {asked}\n"
        );
        for limit in (120..=240).step_by(40) {
            let import = ["import", name, "--password-stdin"];
            let run = store.after(&format!("ulimit -v {limit}000"), import).fed("x\n");
            run.gives(2, NONE, &error);
        }
    }
}
