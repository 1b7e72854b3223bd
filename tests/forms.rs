//! The word form and the flag form of mfa.py, in any order.

#![cfg(test)]

mod common;

use common::TempStore;
use common::codes::{SECRET, right};
use serde_json::json;

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(' ')
}

#[test]
fn every_form_of_create_enrols_the_same() {
    let state = |line: &str| {
        let store = TempStore::new();
        let said = store.mfa(words(line)).fed(SECRET).said();
        let mut state = store.state("C");
        state["created"].take();
        (said, state, store.read("secrets/C"), std::fs::read(store.at("img/C.png")).unwrap())
    };
    let expected =
        state("create -n me -i C --secret-stdin --algorithm SHA256 --digits 7 --period 60");
    assert_eq!(expected.0.status, Some(0));
    for line in [
        "create --digits=7 --period=60 --secret-stdin -i C --algorithm=sha256 -n me",
        "-c -n me -i C --secret-stdin --algorithm SHA256 --digits 7 --period 60",
        "-i C -n me --period 60 --secret-stdin --digits 7 --algorithm SHA256 -c",
        "--create --account-name=me --issuer-name=C --secret-stdin --algorithm=SHA256 --digits=7 --period=60",
        "--secret-stdin --issuer-name C --algorithm SHA256 --create --digits 7 --account-name me --period 60",
        "-cnme -iC --secret-stdin --algorithm SHA256 --digits 7 --period 60",
        "-cn me -i=C --app C --secret-stdin --algorithm SHA256 --digits 7 --period 60",
    ] {
        assert_eq!(state(line), expected, "{line}");
    }
}

#[test]
fn every_form_of_authenticate_opens() {
    for line in [
        "authenticate C -o CODE",
        "authenticate -o CODE C",
        "authenticate --otp-code=CODE C",
        "authenticate -oCODE -- C",
        "-a C -o CODE",
        "-o CODE -a C",
        "-aC -oCODE",
        "-a=C -o=CODE",
        "--authenticate C --otp-code CODE",
        "--otp-code=CODE --authenticate=C",
    ] {
        let store = TempStore::with_secret("C", SECRET);
        let line = line.replace("CODE", &right());
        store.mfa(words(&line)).gives(0, "Welcome\n", "");
        let said = store.mfa(words(&line)).args(["--json"]).said();
        if !line.contains(" -- ") {
            let reused = json!({"accepted": false, "reason": "reused", "retry_after": null,
                "factor": "totp", "backup_codes_left": null});
            assert_eq!((said.status, said.json()), (Some(1), reused), "{line}");
        }
    }
}

#[test]
fn every_form_of_list_lists_wherever_the_store_is_named() {
    let store = TempStore::with_secret("C", SECRET);
    let named = format!("--store={}", store.path().display());
    for form in ["list", "-l", "--list"] {
        for args in [[form, &named], [&named, form]] {
            store.bare(args).gives(0, "App Name: C\n--------\n", "");
        }
        let said = store.mfa([form, "--json"]).said();
        assert_eq!(said.json()[0]["app"], "C");
        assert_eq!(store.mfa(["--long", form]).said().status, Some(i32::from(form == "list") * 2));
    }
}

#[test]
fn help_and_version_are_answers_unless_authenticate_is_meant() {
    let store = TempStore::new();
    let version = concat!("mfa ", env!("CARGO_PKG_VERSION"), "\n");
    for line in ["--version", "-V"] {
        store.mfa(words(line)).gives(0, version, "");
    }
    for line in ["--help", "-h", "list --help", "-l -h", "create --help", "-c -n x --help"] {
        let said = store.mfa(words(line)).said();
        assert_eq!((said.status, &*said.stderr), (Some(0), ""), "{line}");
        assert!(said.stdout.contains("Usage: mfa"), "{line}");
    }
}

#[test]
fn the_help_says_of_each_command_what_it_does() {
    let store = TempStore::new();
    for args in [&["--help"][..], &["--store", "x", "-h"]] {
        let said = store.bare(args).said();
        let listed = said.stdout.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
        assert!(listed.contains("  list          List the apps\n"), "{listed}");
        assert!(listed.lines().all(|line| line.split_whitespace().count() > 2), "{listed}");
    }
    assert!(store.bare([""; 0]).said().stderr.contains("  list          List the apps\n"));
}

#[test]
fn what_is_no_command_is_one_line_of_usage() {
    let store = TempStore::with_secret("C", SECRET);
    for (line, stderr) in [
        ("foo", "error: unrecognized subcommand 'foo'\nhint: usage: mfa [OPTIONS] <COMMAND>\n"),
        ("help", "error: unrecognized subcommand 'help'\nhint: usage: mfa [OPTIONS] <COMMAND>\n"),
        ("-l -c", "error: unexpected argument '-c' found\nhint: usage: mfa list [OPTIONS]\n"),
        (
            "-a C -l",
            "error: unexpected argument '-l' found\nhint: usage: mfa authenticate [OPTIONS] <APP>\n",
        ),
        ("-a", "error: a value is required for '--authenticate <APP>' but none was supplied\n"),
        ("-a -o", "error: a value is required for '--authenticate <APP>' but none was supplied\n"),
        ("list -a C", "error: unexpected argument '-a' found\nhint: usage: mfa list [OPTIONS]\n"),
        (
            "-c -n x",
            "error: the following required arguments were not provided: --issuer-name <ISSUER>\nhint: usage: mfa create --account-name <ACCOUNT> --issuer-name <ISSUER>\n",
        ),
    ] {
        store.bare(words(line)).gives(2, "", stderr);
    }
    for abbreviation in ["--auth C", "--otp 123456", "--lis", "--cre", "--list=C", "--create=x"] {
        let said = store.mfa(words(abbreviation)).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{abbreviation}");
    }
}
