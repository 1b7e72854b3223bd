#![allow(dead_code, reason = "each of the test files uses a part of it")]
#![allow(clippy::unwrap_used, reason = "it serves tests alone")]

use std::fmt::Write;
use std::fs;

use mfa::domain::{Label, Provisioned, escaped};
use mfa::transfer::import::{Found, Import, read};

pub fn sample(name: &str) -> Vec<u8> {
    fs::read(format!("tests/data/import/{name}")).unwrap()
}

/// Reads a sample with the password that all of them share.
pub fn report(name: &str) -> String {
    report_of(&sample(name), "correct horse")
}

/// Returns everything read from some bytes, escaped: the format and how often it asked for the
/// password, the entries, and the notes.
pub fn report_of(bytes: &[u8], password: &str) -> String {
    let mut asked = 0;
    let import = read(bytes, &mut || {
        asked += 1;
        Ok(password.to_owned().into())
    });
    match import {
        Ok(import) => format!("{}, asked {asked}\n{}", import.format, lines(&import)),
        Err(error) => format!("{error}\n"),
    }
}

pub fn lines(import: &Import) -> String {
    let mut text = String::new();
    for found in &import.found {
        let line = match found {
            Found::Entry(entry) => line(entry),
            Found::Skipped { what, why } => format!("skipped {what}: {why}"),
            Found::Refused { what, why } => format!("refused {what}: {why}"),
            Found::Unread { what, why } => format!("unread {what}: {why}"),
        };
        writeln!(text, "{}", escaped(&line)).unwrap();
    }
    for note in import.notes.iter().chain(&import.parts.missing()) {
        writeln!(text, "note: {note}").unwrap();
    }
    text
}

pub fn line(entry: &Provisioned) -> String {
    let text = |label: &Option<Label>| label.as_ref().map_or("-".to_owned(), |l| l.as_str().into());
    let (issuer, account, totp) = (text(&entry.issuer), text(&entry.account), entry.totp);
    let mut line =
        format!("{issuer} | {account} | {} {} {} | ", totp.algorithm, totp.digits, totp.period);
    for byte in entry.secret.expose_bytes() {
        write!(line, "{byte:02x}").unwrap();
    }
    line
}
