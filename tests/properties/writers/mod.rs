//! What other libraries write comes in with the codes that they compute.

use std::io::Write;
use std::process::{Command, Stdio};

use mfa::domain::{Label, Otp, UnixTime};
use mfa::transfer::import::{Found, read};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

use crate::{cases, labels, totps};

/// The time of the codes.
const NOW: UnixTime = UnixTime(1_700_000_015);

/// An account that a library enrols: a secret, an issuer if there is one, and the name.
fn accounts() -> impl Strategy<Value = Value> {
    let secrets = proptest::collection::vec(any::<u8>(), 16..=64)
        .prop_map(|bytes| base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &bytes));
    let issuers = proptest::option::weighted(0.8, labels());
    let counters = proptest::option::weighted(0.3, any::<u32>());
    (secrets, issuers, labels(), totps(), counters).prop_map(|(secret, issuer, name, totp, counter)| {
        json!({
            "secret": secret, "issuer": issuer.as_ref().map(Label::as_str), "name": name.as_str(),
            "algorithm": totp.algorithm.to_string(), "digits": u64::from(totp.digits),
            "period": u64::from(totp.period), "counter": counter, "now": NOW.0,
        })
    })
}

/// Returns the configuration to start a library once, with hundreds of accounts.
fn at_once() -> Config {
    Config { max_shrink_iters: 50, ..cases(1) }
}

/// Has a script write a URI and compute a code for each account.
fn written(interpreter: &mut Command, script: [&str; 2], accounts: &[Value]) -> Vec<[String; 2]> {
    let mut child =
        interpreter.args(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(json!(accounts).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Checks that a list of the URIs gives the accounts and their codes.
fn come_in(accounts: &[Value], written: &[[String; 2]]) -> Result<(), TestCaseError> {
    let list: Vec<_> = written.iter().map(|[uri, _]| uri.as_str()).collect();
    let import = read(list.join("\n").as_bytes(), &mut || unreachable!()).unwrap();
    prop_assert_eq!(import.found.len(), accounts.len());
    for ((account, [uri, code]), found) in accounts.iter().zip(written).zip(import.found) {
        let Found::Entry(entry) = found else { panic!("{found:?} of {uri}") };
        let read = match entry.otp {
            Otp::Hotp(hotp) => hotp.code(&entry.secret, hotp.counter),
            otp => otp.code_at(&entry.secret, NOW).unwrap(),
        };
        prop_assert_eq!(&read, code, "{}", uri);
        if let Some(issuer) = account["issuer"].as_str() {
            let name = account["name"].as_str().unwrap();
            let read =
                [&entry.issuer, &entry.account].map(|label| label.as_ref().map(Label::as_str));
            let said = [issuer, name].map(|text| Some(text.trim()).filter(|text| !text.is_empty()));
            prop_assert_eq!(read, said, "{}", uri);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(at_once())]

    #[test]
    #[ignore = "needs pyotp"]
    fn any_uri_that_pyotp_writes_comes_in_with_its_codes(
        accounts in proptest::collection::vec(accounts(), 500)
    ) {
        #[expect(clippy::disallowed_methods, reason = "pyotp lives in a virtual environment of its own")]
        let python = std::env::var_os("MFA_PYTHON").unwrap_or_else(|| "python3".into());
        let written = written(&mut Command::new(python), ["-c", include_str!("pyotp.py")], &accounts);
        come_in(&accounts, &written)?;
    }

    #[test]
    #[ignore = "needs Node and otplib"]
    fn any_uri_that_otplib_writes_comes_in_with_its_codes(
        accounts in proptest::collection::vec(accounts(), 500)
    ) {
        let written = written(&mut Command::new("node"), ["-e", include_str!("otplib.cjs")], &accounts);
        come_in(&accounts, &written)?;
    }
}

#[test]
fn uris_that_totp_rs_wrote_come_in_with_its_codes() {
    let accounts = [
        (
            "_(;+;~?)",
            "_-<-\\ßb9",
            "_%28%3B%2B%3B~%3F%29:_-%3C-%5C%C3%9Fb9?secret=V6SETZ3JRHAYA54IFLS3QYRLPN3KZYRWQJVGGS22E4NGW4DS6F2BUA6V3Q7BCQ2PV67KON3PJLWJIUIGVTKDMTGHGDGE2PKCGAPSQ&digits=8&algorithm=SHA512&issuer=_%28%3B%2B%3B~%3F%29&period=41",
            "19523926",
        ),
        (
            "|/@b",
            "字/",
            "%7C%2F%40b:%E5%AD%97%2F?secret=WVD4EXRPLYT4JCMXDMPMNKACORHCLNXDD5J2B7ISSWOIUQEI7JTS5EYUXDFAHFMRJJIBZYLGZDHD2TRKCRMA&issuer=%7C%2F%40b&period=202",
            "050514",
        ),
        (
            "('. &",
            "Z\\#',",
            "%28%27.%20%26:Z%5C%23%27%2C?secret=LL7U7NBSGQFONDEEVRVHIF6Z23GHLNP6JTLX35IOBP4PJA7VXCENDHI&digits=7&algorithm=SHA256&issuer=%28%27.%20%26&period=113",
            "7177219",
        ),
    ];
    let written = accounts.map(|(.., uri, code)| [format!("otpauth://totp/{uri}"), code.into()]);
    let accounts = accounts.map(|(issuer, name, ..)| json!({"issuer": issuer, "name": name}));
    come_in(&accounts, &written).unwrap();
}
