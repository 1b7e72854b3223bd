use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::refused;

const NAMES: [(&str, &str); 15] = [
    ("a  /  b", "'a  /  b' holds a '/'"),
    ("../x", "'../x' holds a '/'"),
    ("/etc/passwd", "'/etc/passwd' holds a '/'"),
    ("secrets/../C", "'secrets/../C' holds a '/'"),
    (".", "'.' begins with '.' or '-'"),
    ("..", "'..' begins with '.' or '-'"),
    (".C.tmp", "'.C.tmp' begins with '.' or '-'"),
    (" C", "' C' begins or ends with a space"),
    ("C\u{a0}", "'C\u{a0}' begins or ends with a space"),
    ("a\nb", r"'a\nb' holds a control or direction character"),
    ("a\r\nerror: b", r"'a\r\nerror: b' holds a control or direction character"),
    ("\u{1b}[2J", r"'\u{1b}[2J' holds a control or direction character"),
    ("\u{9b}2J", r"'\u{9b}2J' holds a control or direction character"),
    ("a\u{202e}b", r"'a\u{202e}b' holds a control or direction character"),
    ("e\u{301}", "'e\u{301}' is not in Unicode's composed form (NFC)"),
];

/// Returns the message as clap phrases it: the value as it is shown, then the reason.
fn invalid(option: &str, why: &str) -> String {
    let shown = why.split('\'').nth(1).unwrap();
    format!("error: invalid value '{shown}' for '{option}': {why}\n")
}

#[test]
fn a_name_that_is_none_is_refused_by_every_command_that_takes_one() {
    let store = TempStore::with_secret("C", SECRET);
    store.put("secrets/é", SECRET);
    for (name, why) in NAMES {
        let option = invalid("--app <NAME>", why);
        let word = ["authenticate", name, "-o", "123456"];
        refused(&store, store.mfa(word), 2, &invalid("[APP]", why));
        let flag = invalid("--authenticate <APP>", why);
        refused(&store, store.mfa(["-a", name, "-o", "123456"]), 2, &flag);
        let attached = format!("--authenticate={name}");
        refused(&store, store.mfa(["-o", "123456", &attached]), 2, &flag);
        refused(&store, store.mfa(["create", "-n", "n", "-i", "i", "--app", name]), 2, &option);
    }
}

#[test]
fn a_name_has_128_bytes_at_most() {
    let store = TempStore::with_secret(&"x".repeat(128), SECRET);
    let unknown = format!("error: no app named '{}'\n", "y".repeat(128));
    refused(&store, store.mfa(["-a", &"y".repeat(128), "-o", "123456"]), 4, &unknown);
    for long in ["x".repeat(129), "é".repeat(65), "x".repeat(100_000)] {
        let why = format!("'{long}' is longer than 128 bytes");
        let message = format!("error: invalid value '{long}' for '--authenticate <APP>': {why}\n");
        refused(&store, store.mfa(["-a", &long, "-o", "123456"]), 2, &message);
    }
}

#[test]
fn an_empty_name_or_one_like_an_option_is_no_value() {
    let store = TempStore::with_secret("C", SECRET);
    let missing = "error: a value is required for '--authenticate <APP>' but none was supplied\n";
    refused(&store, store.mfa(["-a", "-o", "123456"]), 2, missing);
    for args in [&["--authenticate="][..], &["-a", ""]] {
        let empty = "error: invalid value '' for '--authenticate <APP>': '' is empty\n";
        refused(&store, store.mfa(args).args(["-o", "123456"]), 2, empty);
    }
    for (args, name) in [(&["-a=-rf"][..], "-rf"), (&["-a", "-"], "-")] {
        let dashed = format!(
            "error: invalid value '{name}' for '--authenticate <APP>': '{name}' begins with '.' or '-'\n"
        );
        refused(&store, store.mfa(args).args(["-o", "123456"]), 2, &dashed);
    }
    let option = "error: unexpected argument '-r' found\n\
                  hint: usage: mfa authenticate [OPTIONS] <APP>\n";
    refused(&store, store.bare(["authenticate", "-rf", "-o", "123456"]), 2, option);
    refused(&store, store.bare(["-a", "-rf", "-o", "123456"]), 2, option);
    let dashed = "error: invalid value '-rf' for '[APP]': '-rf' begins with '.' or '-'\n";
    refused(&store, store.mfa(["authenticate", "-o", "123456", "--", "-rf"]), 2, dashed);
}

#[test]
fn arguments_that_are_not_utf_8_are_refused_wherever_they_stand() {
    let store = TempStore::with_secret("C", SECRET);
    let bad = OsStr::from_bytes(b"a\xff");
    let message = "error: invalid UTF-8 was detected in one or more arguments\n";
    for before in [
        &["authenticate"][..],
        &["-o", "123456", "-a"],
        &["-a", "C", "-o"],
        &["create", "-n", "n", "-i"],
        &["create", "-i", "i", "-n"],
    ] {
        let said = store.mfa(before).args([bad]).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{before:?}");
        assert!(said.stderr.starts_with(message), "{}", said.stderr);
        crate::is_clear(&said.stderr);
    }
    let unknown = store.mfa([bad]).said();
    assert_eq!(unknown.status, Some(2), "{unknown:?}");
    crate::is_clear(&unknown.stderr);
}

#[test]
fn an_issuer_or_account_holds_no_control_character() {
    let store = TempStore::with_secret("C", SECRET);
    for (label, why) in [
        ("", "'' is empty"),
        ("a\tb", r"'a\tb' holds a control character"),
        ("a\u{1b}]0;b", r"'a\u{1b}]0;b' holds a control character"),
        ("a\u{7f}", r"'a\u{7f}' holds a control character"),
    ] {
        let account = invalid("--account-name <ACCOUNT>", why);
        let issuer = invalid("--issuer-name <ISSUER>", why);
        refused(&store, store.mfa(["-c", "-n", label, "-i", "i"]), 2, &account);
        refused(&store, store.mfa(["-c", "-n", "n", "-i", label]), 2, &issuer);
    }
    let no_name = "error: the issuer cannot name the app, give --app NAME: 'a/b' holds a '/'\n";
    refused(&store, store.mfa(["-c", "-n", "n", "-i", "a/b"]), 2, no_name);
}
