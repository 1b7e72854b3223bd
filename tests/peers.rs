//! Codes of another program, oathtool, open what mfa has enrolled.

#![cfg(test)]

mod common;

use std::process::Command;

use common::TempStore;
use sha2::{Digest, Sha512};

/// Returns a secret of 10 to 64 bytes, a different one for each number and the same in each run.
fn secret(number: u32) -> String {
    let bytes = Sha512::digest(number.to_be_bytes());
    let length = 10 + usize::from(bytes[0]) % 55;
    base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &bytes[..length])
}

fn oathtool(kind: &str, options: [&str; 4], secret: &str) -> String {
    let output = Command::new("oathtool")
        .args([kind, "--base32"])
        .args(options)
        .arg(secret)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs oathtool"]
fn two_hundred_enrolments_open_to_the_codes_of_oathtool() {
    let store = TempStore::new();
    let parameters = ["SHA1", "SHA256", "SHA512"].iter().flat_map(|algorithm| {
        let rest = move |digits| ["30", "60", "15", "47", "300"].map(|p| (*algorithm, digits, p));
        ["6", "7", "8"].into_iter().flat_map(rest)
    });
    let parameters: Vec<_> = parameters.collect();
    for number in 0..200 {
        let (app, secret) = (format!("app {number}"), secret(number));
        let (algorithm, digits, period) = parameters[number as usize % parameters.len()];
        let create = ["create", "-n", "me", "-i", &app, "--secret-stdin", "--no-image"];
        let how = ["--algorithm", algorithm, "--digits", digits, "--period", period];
        let created = store.mfa(create).args(how).fed(&*secret).said();
        assert_eq!(created.status, Some(0), "{created:?}");
        let (kind, step) = (format!("--totp={algorithm}"), format!("{period}s"));
        let code = oathtool(&kind, ["--digits", digits, "--time-step-size", &step], &secret);
        let said = store.mfa(["-a", &app, "-o", "-"]).fed(code).said();
        assert_eq!(said.stdout, "Welcome\n", "{secret} {how:?}: {said:?}");
    }
}

#[test]
#[ignore = "needs oathtool"]
fn two_hundred_tokens_open_to_the_codes_by_counter_of_oathtool() {
    let store = TempStore::new();
    for number in 0..200_u32 {
        let (app, secret) = (format!("app {number}"), secret(number));
        let digits = (6 + number % 3).to_string();
        // From small ones to the last one of all, with room for the ten that are looked at.
        let start = (u64::MAX - 10) >> (number % 64);
        let token = start + u64::from(number % 10);
        let create = ["create", "-n", "me", "-i", &app, "--hotp", "--secret-stdin", "--no-image"];
        let how = ["--digits", &digits, "--counter", &start.to_string()];
        let created = store.mfa(create).args(how).fed(&*secret).said();
        assert_eq!(created.status, Some(0), "{created:?}");
        let counter = token.to_string();
        let code = oathtool("--hotp", ["--digits", &digits, "--counter", &counter], &secret);
        let said = store.mfa(["-a", &app, "-o", "-"]).fed(code).said();
        assert_eq!(said.stdout, "Welcome\n", "{secret} {how:?} {counter}: {said:?}");
    }
}
