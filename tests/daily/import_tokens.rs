use std::fs;
use std::path::Path;

use crate::common::TempStore;

const NONE: &str = "0 imported, 0 skipped, 0 refused\n";

/// The key of `pskc_key.xml`.
const KEY: &str = "000102030405060708090a0b0c0d0e0f1011121314151617";

/// Returns the path of a file of tokens.
fn data(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn tokens_come_in_by_their_serial_numbers_as_hardware() {
    let store = TempStore::new();
    let file = data("import/pskc.xml");
    let notes = "note: T3 is valid from 2020-01-01T00:00:00Z
note: T3 expires at 2030-01-01T00:00:00Z
note: the PIN policy of T3 stays behind
note: H4 has no counter, and begins at 0
";
    let report = |before: &str, counts: &str| {
        let apps = ["H1 (codes by counter)", "T2", "T3", "H4 (codes by counter)"];
        let came = apps.map(|app| format!("{before} {app}\n")).concat();
        format!(
            "{came}Skipped P5: codes of the kind 'pin' are not supported
Skipped O6: codes of the kind 'ocra' are not supported
Refused S7: the secret has 40 bits, fewer than 80
Refused L8: the number of digits is '9', not 6, 7 or 8
Refused C9: its codes have a check digit
Refused D10: its drift is not a number of 50 steps at most
Refused N11: its counter or period is not a number
Refused E12: it has no key
{counts}, 2 skipped, 6 refused
"
        )
    };
    let planned = report("Would import", "4 to be imported");
    store.mfa(["import", &file, "--dry-run"]).gives(1, &planned, notes);
    assert!(!store.path().exists());
    store.mfa(["import", &file]).gives(1, &report("Imported", "4 imported"), notes);
    let state: serde_json::Value = serde_json::from_str(&store.read("state/T2.json")).unwrap();
    assert_eq!((&state["drift"], &state["version"]), (&(-3).into(), &2.into()));
    let listed = store.mfa(["list", "--json"]).said().json();
    let first = &listed[0];
    assert_eq!((&first["app"], &first["issuer"]), (&"H1".into(), &"Tokens & Co".into()));
}

#[test]
fn a_token_is_a_double_only_with_the_same_serial_number() {
    let store = TempStore::new();
    let batch = data("rfc6030/figure10.xml");
    let notes = "note: 654321 is valid from 2006-05-01T00:00:00Z
note: 654321 expires at 2006-05-31T00:00:00Z
note: 123456 is valid from 2006-05-01T00:00:00Z
note: 123456 expires at 2006-05-31T00:00:00Z
note: 9999999 is valid from 2006-03-01T00:00:00Z
note: 9999999 expires at 2006-03-31T00:00:00Z
note: 9999999 is valid from 2006-04-01T00:00:00Z
note: 9999999 expires at 2006-04-30T00:00:00Z
";
    let all = "Imported 654321 (codes by counter)
Imported 123456 (codes by counter)
Imported 9999999 (codes by counter)
Skipped 9999999: exists already
3 imported, 1 skipped, 0 refused
";
    store.mfa(["import", &batch]).gives(1, all, notes);
    let again = "Skipped 654321: exists already
Skipped 123456: exists already
Skipped 9999999: exists already
Skipped 9999999: exists already
0 imported, 4 skipped, 0 refused
";
    store.mfa(["import", &batch]).gives(1, again, notes);
}

#[test]
fn the_key_of_a_pskc_file_comes_from_stdin_alone() {
    let store = TempStore::new();
    let file = data("import/pskc_key.xml");
    let needed = format!(
        "error: cannot import '{file}': the PSKC file is encrypted with a key
hint: give the key in hexadecimal, as a line of stdin, with --pskc-key-stdin
"
    );
    store.mfa(["import", &file]).gives(2, NONE, &needed);
    store.mfa(["import", &file, "--password-stdin"]).fed("x\n").gives(2, NONE, &needed);
    let import = ["import", &file, "--pskc-key-stdin"];
    let wrong =
        format!("error: cannot import '{file}': the PSKC file does not open with this key\n");
    store.mfa(import).fed(format!("{}\n", KEY.replace('0', "f"))).gives(2, NONE, &wrong);
    let bad = format!("error: cannot import '{file}': the key is not hexadecimal\n");
    store.mfa(import).fed("key\n").gives(2, NONE, &bad);
    let ended = format!("error: cannot import '{file}': stdin ended before its key\n");
    store.mfa(import).fed("").gives(2, NONE, &ended);
    let done = "Imported H1 (codes by counter)\nImported T2\n2 imported, 0 skipped, 0 refused\n";
    store.mfa(import).fed(format!("{KEY}\n")).gives(0, done, "");
    let both = "error: stdin cannot be both the file and the key\n";
    store.mfa(["import", "-", "--pskc-key-stdin"]).fed("x").gives(2, "", both);
}

#[test]
fn a_plain_file_with_a_key_or_a_password_brings_nothing() {
    let store = TempStore::new();
    let file = data("import/pskc.xml");
    let unused = format!(
        "error: cannot import '{file}': the PSKC file is not encrypted: the key or password was not used
hint: if it is meant to be plain, leave out --pskc-key-stdin and --password-stdin
"
    );
    for flag in ["--pskc-key-stdin", "--password-stdin"] {
        store.mfa(["import", &file, flag]).fed("x\n").gives(2, NONE, &unused);
    }
    let table = data("import/entra.csv");
    store.mfa(["import", &table, "--dry-run", "--password-stdin"]).fed("x\n").said();
}

#[test]
fn files_of_tokens_open_with_lines_of_stdin_in_their_order() {
    let store = TempStore::new();
    let files = ["import/pskc_password.xml", "import/pskc_key.xml"].map(data);
    let import = store.mfa(["import", "--password-stdin", "--pskc-key-stdin"]).args(files);
    let report = "Imported H1 (codes by counter)\nImported T2\nSkipped H1: exists already\nSkipped T2: exists already\n\
                  2 imported, 2 skipped, 0 refused\n";
    import.fed(format!("correct horse\n{KEY}\n")).gives(1, report, "");
}

#[test]
fn a_file_of_tokens_is_status_1_with_a_refused_one_and_2_without_any() {
    let store = TempStore::new();
    let put = |name: &str, text: &str| fs::write(store.outside().join(name), text).unwrap();
    put("some", "A,0102\nB,0102030405060708090a0b0c0d0e0f10\n");
    put("short", "serial number,secret key\nA,GEZDGNBV\n");
    put("empty", "<KeyContainer/>");
    let give = |name: &str, status: i32, stdout: &str, stderr: &str| {
        let file = store.outside().join(name);
        store.mfa(["import", file.to_str().unwrap()]).gives(status, stdout, stderr);
    };
    let refused = "Refused A: the secret has 16 bits, fewer than 80\n";
    let some =
        format!("{refused}Imported B (codes by counter)\n1 imported, 0 skipped, 1 refused\n");
    give("some", 1, &some, "note: B has no counter, and begins at 0\n");
    let refused = refused.replace("16", "40");
    give("short", 1, &format!("{refused}0 imported, 0 skipped, 1 refused\n"), "");
    let empty = store.outside().join("empty");
    let nothing =
        format!("error: cannot import '{}': there is nothing to import in it\n", empty.display());
    give("empty", 2, NONE, &nothing);
}
