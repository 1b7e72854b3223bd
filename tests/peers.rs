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

fn oathtool(secret: &str, algorithm: &str, digits: &str, period: &str) -> String {
    let output = Command::new("oathtool")
        .args([&format!("--totp={algorithm}"), "--base32", "--digits", digits])
        .args(["--time-step-size", &format!("{period}s"), secret])
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
        let code = oathtool(&secret, algorithm, digits, period);
        let said = store.mfa(["-a", &app, "-o", "-"]).fed(code).said();
        assert_eq!(said.stdout, "Welcome\n", "{secret} {how:?}: {said:?}");
    }
}
