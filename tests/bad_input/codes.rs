use std::fs::File;

use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::refused;

const NO_CODE: &str = "error: a code is 6 to 8 digits, a backup code three groups of four\n";
const TOO_LONG: &str = "error: cannot read stdin: the line is longer than 1024 bytes\n";

#[test]
fn a_code_that_is_none_is_usage_and_no_failure() {
    let store = TempStore::with_secret("C", SECRET);
    let long = "1".repeat(100_000);
    for code in [
        "",
        " ",
        "12345",
        "123456789",
        "+123456",
        "12345a",
        "abcdef",
        "１２３４５６",
        "٠١٢٣٤٥",
        "123456\n",
        "123\t456",
        "123.456",
        "0x1234",
        "1e5000",
        "123456 --version",
        "\u{1b}[2J",
        &long,
    ] {
        refused(&store, store.mfa(["-a", "C", &format!("-o={code}")]), 2, NO_CODE);
        refused(&store, store.mfa(["-a", "C", "--json", &format!("-o={code}")]), 2, NO_CODE);
        if !code.contains('\n') && code != long {
            refused(&store, store.mfa(["-a", "C", "-o", "-"]).fed(code), 2, NO_CODE);
        }
    }
    refused(&store, store.mfa(["-a", "C", "-o", "-"]).fed("\n123456\n"), 2, NO_CODE);
}

#[test]
fn a_line_that_is_too_long_or_no_text_is_never_cut_or_patched_into_a_code() {
    let store = TempStore::with_secret("C", SECRET);
    let read = |line: &[u8]| store.mfa(["-a", "C", "-o", "-"]).fed(line);
    let cut = format!("{}{:1018}7", right(), "");
    refused(&store, read(cut.as_bytes()), 2, TOO_LONG);
    let no_text = "error: cannot read stdin: the line is not UTF-8\n";
    refused(&store, read(b"12345\xff\n"), 2, no_text);
}

#[test]
fn a_code_as_long_as_another_apps_is_usage_too() {
    let store = TempStore::with_secret("C", SECRET);
    let message = "error: the code has 8 digits, this app's have 6\n";
    refused(&store, store.mfa(["-a", "C", "-o", "12345678"]), 2, message);
    let seven = "error: the code has 7 digits, this app's have 6\n";
    refused(&store, store.mfa(["-a", "C", "-o", "-"]).fed("1 2 3-4 5 6 7"), 2, seven);
}

#[test]
fn a_code_that_looks_like_an_option_is_one() {
    let store = TempStore::with_secret("C", SECRET);
    let message = "error: unexpected argument '-1' found\n\
                   hint: usage: mfa authenticate [OPTIONS] <APP>\n";
    refused(&store, store.bare(["-a", "C", "-o", "-123456"]), 2, message);
}

#[test]
fn input_that_is_closed_or_endless_holds_no_code() {
    let store = TempStore::with_secret("C", SECRET);
    let read = ["-a", "C", "-o", "-"];
    refused(&store, store.mfa(read), 2, NO_CODE);
    refused(&store, store.after("exec <&-", read), 2, NO_CODE);
    refused(&store, store.mfa(read).stdin(File::open("/dev/zero").unwrap()), 2, TOO_LONG);
    let folder = "error: cannot read stdin: Is a directory (os error 21)\n";
    refused(&store, store.mfa(read).stdin(File::open("/").unwrap()), 2, folder);
}

#[test]
fn an_app_that_is_not_there_is_status_4_and_a_bad_code_for_it_2() {
    let store = TempStore::with_secret("C", SECRET);
    let unknown = "error: no app named 'D'\n";
    refused(&store, store.mfa(["-a", "D", "-o", "123456"]), 4, unknown);
    refused(&store, store.mfa(["-a", "D", "-o", "12345678"]), 4, unknown);
    refused(&store, store.mfa(["-a", "D", "-o", "12345"]), 2, NO_CODE);
    let nowhere = TempStore::new();
    refused(&nowhere, nowhere.mfa(["-a", "D", "-o", "123456"]), 4, unknown);
}
