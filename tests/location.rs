//! Where the store is, and where it never is.

#![cfg(test)]

mod common;

use std::fs;

use common::TempStore;
use common::codes::{SECRET, right};

const LISTED: &str = "App Name: C\n--------\n";
const NONE: &str = "No Apps defined\n";

#[test]
fn secrets_in_the_working_directory_are_never_believed_and_a_hint_names_them() {
    let hostile = TempStore::with_secret("C", SECRET);
    let own = TempStore::with_secret("D", SECRET);
    let code = right();
    let unknown = "error: no app named 'C'\n";
    let hinted =
        format!("{unknown}hint: ./secrets has it: if you trust this folder, use --store .\n");
    let before = hostile.snapshot();
    for args in [&["-a", "C", "-o", &code][..], &["authenticate", "C", "--otp-code", &code]] {
        let there = || hostile.bare(args).inside(hostile.path());
        let home = own.outside();
        there().env("MFA_STORE", own.path()).gives(4, "", &hinted);
        there().env("HOME", home).gives(4, "", &hinted);
        there().env("XDG_DATA_HOME", home).gives(4, "", &hinted);
        own.mfa(args).inside(hostile.path()).gives(4, "", unknown);
    }
    for args in [["code", "C"], ["qr", "C"], ["unlock", "C"]] {
        let there = hostile.bare(args).inside(hostile.path()).env("MFA_STORE", own.path());
        there.gives(4, "", &hinted);
    }
    let there = || hostile.bare(["-l"]).inside(hostile.path());
    there().env("HOME", own.outside()).gives(0, NONE, "");
    assert_eq!(hostile.snapshot(), before);
    let trusted = hostile.bare(["-a", "C", "-o", &code, "--store", "."]).inside(hostile.path());
    trusted.gives(0, "Welcome\n", "");
}

#[test]
fn the_store_is_named_by_its_option_else_by_mfa_store_else_by_the_data_folder() {
    let (named, other) = (TempStore::with_secret("C", SECRET), TempStore::new());
    let list = || other.bare(["list"]).env("HOME", other.outside());
    list().gives(0, NONE, "");
    named.mfa(["list"]).env("MFA_STORE", other.path()).gives(0, LISTED, "");
    list().env("MFA_STORE", named.path()).gives(0, LISTED, "");
    list().env("MFA_STORE", named.path()).args(["--store", "empty"]).gives(0, NONE, "");
    list().env("MFA_STORE", "").gives(0, NONE, "");

    for data in ["data", ".local/share"] {
        fs::create_dir_all(other.outside().join(data)).unwrap();
        let place = other.outside().join(data).join("mfa");
        fs::rename(named.path(), &place).unwrap();
        let listed = if data == "data" {
            list().env("XDG_DATA_HOME", other.outside().join(data))
        } else {
            list().env("MFA_STORE", "")
        };
        listed.gives(0, LISTED, "");
        fs::rename(&place, named.path()).unwrap();
    }
}

#[test]
fn a_fresh_home_gets_a_private_store_in_its_data_folder() {
    let home = TempStore::new();
    let create = home.bare(["-c", "-n", "me", "-i", "C"]).env("HOME", home.outside());
    assert_eq!(create.said().status, Some(0));
    let data = home.outside().join(".local/share/mfa");
    assert_eq!(common::disk::mode(&data), 0o700);
    assert!(data.join("secrets/C").exists());
}

#[test]
fn a_place_that_depends_on_the_working_directory_is_usage() {
    let store = TempStore::with_secret("C", SECRET);
    let (variable, folder) = (
        "error: MFA_STORE is not an absolute path\n",
        "error: the data folder (HOME, XDG_DATA_HOME) is not an absolute path\n",
    );
    for args in [&["list"][..], &["-a", "C", "-o", "123456"], &["-c", "-n", "n", "-i", "i"]] {
        for relative in ["store", ".", "./store", "../store"] {
            store.bare(args).env("MFA_STORE", relative).gives(2, "", variable);
        }
        store.bare(args).env("HOME", "rel").gives(2, "", folder);
    }
    store.bare(["list", "--store", "store"]).gives(0, LISTED, "");
    store.bare(["list", "--store=./store/"]).gives(0, LISTED, "");
    let missing = "error: a value is required for '--store <DIR>' but none was supplied\n";
    store.bare(["list", "--store="]).gives(2, "", missing);
    store.bare(["list", "--store", ""]).gives(2, "", missing);
}
