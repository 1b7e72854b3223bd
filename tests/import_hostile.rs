//! Files that were made to do harm, and damaged files.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "its functions serve tests alone"
)]

mod import_report;

use std::fs;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use import_report::{lines, report_of, sample};
use mfa::transfer::import::{ImportError, read, read_andotp};
use zeroize::Zeroizing;

/// Returns the text of a sample with a change.
fn changed(name: &str, from: &str, to: &str) -> String {
    let text = String::from_utf8(sample(name)).unwrap();
    assert!(text.contains(from), "{name} has {from}");
    report_of(text.replace(from, to).as_bytes(), "correct horse")
}

#[test]
fn a_key_derivation_that_would_take_all_memory_or_time_is_refused() {
    for (name, from, to, message) in [
        (
            "aegis_encrypted.json",
            r#""n": 1024"#,
            r#""n": 1073741824"#,
            "the Aegis file can't be read: scrypt with n=1073741824 r=8 p=1\n",
        ),
        (
            "aegis_encrypted.json",
            r#""n": 1024"#,
            r#""n": 1000"#,
            "the Aegis file can't be read: scrypt with n=1000 r=8 p=1\n",
        ),
        (
            "aegis_encrypted.json",
            r#""p": 1,"#,
            r#""p": 18446744073709551615,"#,
            "the Aegis file can't be read: scrypt with n=1024 r=8 p=18446744073709551615\n",
        ),
        (
            "bitwarden_pbkdf2.json",
            "100000",
            "10000001",
            "the Bitwarden file can't be read: PBKDF2 with 10000001 iterations\n",
        ),
        (
            "bitwarden_pbkdf2.json",
            "100000",
            "0",
            "the Bitwarden file can't be read: PBKDF2 with 0 iterations\n",
        ),
        (
            "bitwarden_argon2.json",
            r#""kdfMemory": 8"#,
            r#""kdfMemory": 1025"#,
            "the Bitwarden file can't be read: Argon2 with 1049600 KiB, 2 passes, 2 lanes\n",
        ),
        (
            "ente_encrypted.json",
            r#""opsLimit": 4"#,
            r#""opsLimit": 4294967295"#,
            "the Ente Auth file can't be read: Argon2 with 8192 KiB, 4294967295 passes, 1 lanes\n",
        ),
    ] {
        assert_eq!(changed(name, from, to), message);
    }
}

#[test]
fn newer_versions_are_not_guessed_at() {
    for (name, from, to, message) in [
        ("aegis.json", "\"version\": 1", "\"version\": 2", "Aegis file can't be read: it is of"),
        ("aegis.json", "\"version\": 3", "\"version\": 4", "Aegis file can't be read: its content"),
        ("2fas.2fas", "\"schemaVersion\": 4", "\"schemaVersion\": 5", "2FAS file can't be read"),
        ("proton.json", "\"version\": 1", "\"version\": 2", "Proton Authenticator file can't be"),
        ("2fauth.json", "\"schema\": 1", "\"schema\": 2", "2FAuth file can't be read: it is of"),
    ] {
        let report = changed(name, from, to);
        assert!(report.contains(message) && report.ends_with("newer version\n"), "{report}");
    }
}

#[test]
fn nesting_and_size_are_limited() {
    for open in ["[", "{\"tokens\":"] {
        let deep = open.repeat(1_000_000);
        assert_eq!(
            report_of(deep.as_bytes(), ""),
            format!("the JSON file is damaged: not JSON at line 1 column {}\n", deep.len())
        );
    }
    let deep = format!(r#"{{"tokens": [{}{}]}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        report_of(deep.as_bytes(), ""),
        "FreeOTP+, asked 0\nrefused entry 1: its fields are not what they should be\n"
    );
    assert_eq!(report_of(&vec![b'a'; 16_000_001], ""), "the file is larger than 16 MB\n");
}

#[test]
fn a_file_holds_a_hundred_thousand_entries_and_no_more() {
    for (start, entry, end) in [
        ("", "otpauth://\n", ""),
        ("", "HOTP\n", ""),
        (r#"{"tokens": ["#, "1,", "1]}"),
        (r#"{"version": 1, "header": {}, "db": {"version": 3, "entries": ["#, "1,", "1]}}"),
    ] {
        let last = usize::from(!end.is_empty());
        let file = |count| [start, &entry.repeat(count - last), end].concat();
        let import = read(file(100_000).as_bytes(), &mut no_password).unwrap();
        assert_eq!(import.found.len(), 100_000, "{entry}");
        let more = report_of(file(100_001).as_bytes(), "");
        assert_eq!(more, "the file holds more than 100000 entries\n", "{entry}");
    }
}

#[test]
fn what_a_report_repeats_is_cut() {
    let long = "\u{7f}".repeat(5000);
    let uri = |what: &str| format!("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&{what}={long}");
    let json = format!(r#"[{{"secret": "GEZDGNBVGY3TQOJQ", "type": "{long}"}}]"#);
    for (bytes, most) in [
        (uri("algorithm"), 200),
        (uri("issuer"), 200),
        (uri("a").replace("totp", &long), 700),
        (json, 700),
    ] {
        let report = report_of(bytes.as_bytes(), "");
        assert!(report.len() < most, "{}: {report}", report.len());
    }
    let uri = format!("otpauth://totp/a?image={}", "x".repeat(128 * 1024));
    let refused = "URI list, asked 0\nrefused a: the URI is longer than 128 KiB\n";
    assert_eq!(report_of(uri.as_bytes(), ""), refused);
}

#[test]
fn a_bad_entry_among_good_ones_is_refused_alone_and_its_secret_not_repeated() {
    let report = changed("aegis.json", r#""digits": 8"#, r#""digits": "GEZDGNBVGY3TQOJQ""#);
    assert!(report.contains("\nrefused entry 2: its fields are not what they should be\n"));
    assert_eq!(report.lines().count(), 10);
    assert!(!report.contains("GEZD"));
}

#[test]
fn files_of_other_kinds_are_not_taken_for_ciphertext() {
    for bytes in ["", "\n", " \r\n\t"] {
        assert_eq!(report_of(bytes.as_bytes(), ""), "the file is empty\n", "{bytes:?}");
    }
    for bytes in [&b"hello"[..], b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", b"{}", b"[]", b"[1, 2]"] {
        assert_eq!(report_of(bytes, ""), "not a format that mfa can import\n", "{bytes:?}");
    }
}

#[test]
fn files_of_other_kinds_are_named_and_no_password_is_asked_for() {
    for (start, kind) in [
        (&b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5"[..], "a KeePass database"),
        (b"\0\0\0\x18ftypheic", "a HEIC picture"),
        (b"\0\0\0\x18ftypmif1", "a HEIC picture"),
        (b"\0\0\0\x1cftypavif", "an AVIF picture"),
        (b"II*\0\x08\0\0\0", "a TIFF picture"),
        (b"BM\xff\xff\xff\x01\0\0\0\0", "a BMP picture"),
        (b"GIF89a", "a GIF picture"),
        (b"%PDF-1.7", "a PDF document"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"Caf\xe9:", "not UTF-8"),
    ] {
        let rest = if kind == "not UTF-8" { "otpauth" } else { "\u{ff}\u{1}\0\u{80}" };
        let bytes = [start, rest.repeat(20).as_bytes()].concat();
        assert_eq!(report_of(&bytes, ""), format!("it is {kind}\n"));
    }
    let noise: Vec<u8> = (0..=255).rev().collect();
    assert!(matches!(read(&noise, &mut || panic!()), Err(ImportError::Unsigned)));
}

#[test]
fn ciphertext_without_a_sign_is_opened_where_it_is_named() {
    let old = sample("andotp_encrypted_old.bin");
    assert!(matches!(read(&old, &mut || panic!()), Err(ImportError::Unsigned)));
    let import = read_andotp(&old, &mut || Ok("correct horse".to_owned().into())).unwrap();
    let plain = read(&sample("andotp.json"), &mut || panic!()).unwrap();
    assert_eq!(lines(&import), lines(&plain));
    let wrong = read_andotp(&old, &mut || Ok("wrong".to_owned().into()));
    assert!(matches!(wrong, Err(ImportError::WrongPassword { format: "andOTP" })));
}

#[test]
fn a_password_that_cannot_be_had_is_an_error_of_its_own() {
    let error = read(&sample("aegis_encrypted.json"), &mut no_password);
    assert!(matches!(error, Err(ImportError::Password(_))));
}

#[test]
fn damaged_samples_never_panic() {
    damage(100, 1);
}

#[test]
#[ignore = "takes a minute"]
fn many_damaged_samples_never_panic() {
    std::thread::scope(|scope| {
        scope.spawn(|| damage(1500, 2));
        damage(1500, 1);
    });
}

/// Reads each sample, and the message within a migration URI, once per round with different damage.
fn damage(rounds: usize, seed: u64) {
    // Knuth's generator (MMIX): the same damage each time.
    let mut state = seed;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for file in fs::read_dir("tests/data/import").unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let is_picture = path.extension().is_some_and(|e| e == "png" || e == "jpg" || e == "webp");
        for _ in 0..if is_picture { rounds / 60 } else { rounds } {
            let _ = read(&damaged(&bytes, &mut random), &mut no_password);
        }
    }
    let text = String::from_utf8(sample("migration.txt")).unwrap();
    let (_, data) = text.lines().nth(2).unwrap().split_once("data=").unwrap();
    let message = URL_SAFE_NO_PAD.decode(data).unwrap();
    for _ in 0..rounds * 10 {
        let data = URL_SAFE_NO_PAD.encode(damaged(&message, &mut random));
        let uri = format!("otpauth-migration://offline?data={data}");
        assert!(read(uri.as_bytes(), &mut no_password).is_ok());
    }
}

fn damaged(bytes: &[u8], random: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random(4) {
        let at = random(bytes.len());
        match random(8) {
            0 => bytes.truncate(at + 1),
            1 => drop(bytes.splice(at..at, b"\xff\"[{\0".iter().copied())),
            2 => bytes[at] = b"0123456789\"{}[],:&=%"[random(20)],
            _ => bytes[at] = u8::try_from(random(256)).unwrap(),
        }
    }
    bytes
}

fn no_password() -> io::Result<Zeroizing<String>> {
    Err(io::ErrorKind::NotFound.into())
}
