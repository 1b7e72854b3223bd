#![allow(dead_code, reason = "each of the test files uses a part of it")]
#![allow(clippy::unwrap_used, reason = "it serves tests alone")]

use std::fmt::Write;
use std::fs;

use mfa::domain::{AppName, Hotp, Label, Otp, Provisioned, Totp, escaped};
use mfa::transfer::import::{Found, Import, read, read_pskc};

/// The entries of most samples, as [`report`] shows them.
pub const ALICE: &str =
    "Example Corp | alice@example.com | SHA1 6 30 | 0102030405060708090a0b0c0d0e0f1011121314\n";
pub const BOB: &str = "Bücher | bob | SHA256 8 60 | 1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e\n";
pub const CAROL: &str = "Old Service | carol | SHA512 7 30 | 4748494a4b4c4d4e4f50\n";
pub const DAVE: &str =
    "Counter | dave | hotp SHA1 6 from 5 | 5b5c5d5e5f606162636465666768696a6b6c6d6e\n";
pub const EVE: &str = "Games | eve | steam | 797a7b7c7d7e7f808182838485868788\n";
pub const IVAN: &str = "Fast | ivan | SHA1 6 10 | c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdc\n";

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

/// Returns the same of a PSKC file and its key in hexadecimal.
pub fn report_with_key(bytes: &[u8], key: &str) -> String {
    match read_pskc(bytes, &mut || Ok(key.to_owned().into())) {
        Ok(import) => lines(&import),
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
    let (issuer, account) = (text(&entry.issuer), text(&entry.account));
    let codes = match entry.otp {
        Otp::Totp(Totp { algorithm, digits, period }) => format!("{algorithm} {digits} {period}"),
        Otp::Hotp(Hotp { algorithm, digits, counter, types_identifier }) => {
            let identifier = if types_identifier { " after an identifier" } else { "" };
            format!("hotp {algorithm} {digits} from {counter}{identifier}")
        }
        Otp::Steam => "steam".into(),
    };
    let hardware = if entry.is_hardware { token(entry) } else { String::new() };
    let mut line = format!("{issuer} | {account} | {codes}{hardware} | ");
    for byte in entry.secret.expose_bytes() {
        write!(line, "{byte:02x}").unwrap();
    }
    line
}

/// Returns the app's name and the drift of a hardware token.
fn token(entry: &Provisioned) -> String {
    let app = entry.app.as_ref().map_or("-", AppName::as_str);
    match i8::from(entry.drift) {
        0 => format!(" hardware {app}"),
        drift => format!(" hardware {app} drift {drift}"),
    }
}
