use std::fs::File;

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::refused;

const IMPORT: [&str; 6] = ["create", "-n", "n", "-i", "D", "--secret-stdin"];

#[test]
fn a_secret_on_stdin_that_is_none_enrols_nothing() {
    let store = TempStore::with_secret("C", SECRET);
    let too_long = vec![b'A'; 65_537];
    for (secret, message) in [
        (&b""[..], "error: the secret is empty\n"),
        (b" \r\n", "error: the secret is empty\n"),
        (b"GEZDGNBVGY3TQOI", "error: the secret has 72 bits, fewer than 80\n"),
        (b"ABC123DEF456GHI789JKL", "error: the secret is not base32\n"),
        (b"GEZDGNBVGY3TQOJQG", "error: the secret is not base32\n"),
        (b"GEZDGNBV\nGY3TQOJQ\n", "error: the secret is not base32\n"),
        (b"GEZDGNBVGY3TQOJ\xff", "error: the secret is not base32\n"),
        (b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "error: the secret is not base32\n"),
        (&too_long, "error: the secret is longer than 64 KiB\n"),
    ] {
        refused(&store, store.mfa(IMPORT).fed(secret), 2, message);
    }
    refused(&store, store.after("exec <&-", IMPORT), 2, "error: the secret is empty\n");
    let endless = store.mfa(IMPORT).stdin(File::open("/dev/zero").unwrap());
    refused(&store, endless, 2, "error: the secret is longer than 64 KiB\n");
    let folder = "error: cannot read the secret: Is a directory (os error 21)\n";
    refused(&store, store.mfa(IMPORT).stdin(File::open("/").unwrap()), 2, folder);
}

#[test]
fn a_weak_secret_and_unusual_parameters_are_warned_of() {
    let weak = "warning: the secret has 80 bits, fewer than the 128 of RFC 4226\n";
    let unusual = "warning: many phone apps ignore an algorithm other than SHA1, \
                   digits other than 6 and a period other than 30\n";
    let stdout = "Configuring MFA for Account: n, Issuer: D\nQR code: STORE/img/D.png\n";
    let store = TempStore::new();
    store.mfa(IMPORT).fed("GEZDGNBVGY3TQOJQ").gives(0, stdout, weak);
    for parameter in ["--algorithm=SHA256", "--digits=7", "--period=60"] {
        let run = store.mfa(IMPORT).args([parameter, "--force"]).fed(SECRET);
        run.gives(0, stdout, unusual);
    }
}

#[test]
fn parameters_out_of_range_are_usage() {
    let store = TempStore::with_secret("C", SECRET);
    for (option, value, why) in [
        ("--digits <N>", "5", "the number of digits is '5', not 6, 7 or 8"),
        ("--digits <N>", "9", "the number of digits is '9', not 6, 7 or 8"),
        ("--digits <N>", "", "the number of digits is '', not 6, 7 or 8"),
        ("--digits <N>", "six", "the number of digits is 'six', not 6, 7 or 8"),
        ("--digits <N>", "262", "the number of digits is '262', not 6, 7 or 8"),
        ("--period <SECONDS>", "4", "the period is '4', not 5 to 300 seconds"),
        ("--period <SECONDS>", "301", "the period is '301', not 5 to 300 seconds"),
        ("--period <SECONDS>", "0", "the period is '0', not 5 to 300 seconds"),
        ("--period <SECONDS>", "3e1", "the period is '3e1', not 5 to 300 seconds"),
        ("--algorithm <HASH>", "MD5", "the algorithm is 'MD5', not SHA1, SHA256 or SHA512"),
        ("--algorithm <HASH>", "SHA-3", "the algorithm is 'SHA-3', not SHA1, SHA256 or SHA512"),
    ] {
        let given = format!("{}={value}", option.split_once(' ').unwrap().0);
        let message = format!("error: invalid value '{value}' for '{option}': {why}\n");
        refused(&store, store.mfa(["create", "-n", "n", "-i", "D", &given]), 2, &message);
    }
}

#[test]
fn a_uri_too_long_for_a_qr_code_is_usage() {
    let store = TempStore::with_secret("C", SECRET);
    let message = "error: the URI is too long for a QR code\n";
    for long in ["x".repeat(1_300), "字".repeat(150), "x".repeat(100_000)] {
        refused(&store, store.mfa(["-c", "-n", &long, "-i", "D"]), 2, message);
        refused(&store, store.mfa(["-c", "-n", "n", "-i", &long, "--app", "D"]), 2, message);
    }
    refused(&store, store.mfa(IMPORT).fed("A".repeat(3_200)), 2, message);
}

#[test]
fn an_app_that_exists_is_left_as_it_was() {
    let store = TempStore::new();
    let create = ["create", "-n", "n", "-i", "D"];
    assert_eq!(store.mfa(create).said().status, Some(0));
    let message = "error: the app 'D' exists already\n\
                   hint: --app NAME makes another one, --force replaces this one\n";
    refused(&store, store.mfa(create), 1, message);
    refused(&store, store.mfa(create).args(["--json", "--no-image"]), 1, message);
    refused(&store, store.mfa(IMPORT).fed(SECRET), 1, message);
}
