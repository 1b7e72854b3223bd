//! mfa, pyotp and zbar agree on the folder of secrets, on codes, and on the content of an image.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use common::TempStore;
use common::codes::now;
use mfa::domain::{Secret, Totp};
use serde_json::{Value, json};

/// Runs all jobs in one Python process.
#[expect(clippy::disallowed_methods, reason = "pyotp lives in a virtual environment of its own")]
fn python(jobs: &[Value]) -> Vec<Value> {
    let python = std::env::var_os("MFA_PYTHON").unwrap_or_else(|| "python3".into());
    let mut child = Command::new(python)
        .args(["-c", include_str!("peer.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(json!(jobs).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn job(what: &str, store: &TempStore, app: &str) -> Value {
    json!({"do": what, "secret_file": store.at("secrets").join(app)})
}

/// Reads a QR code as a phone would.
fn zbar(image: &std::path::Path) -> String {
    let output = Command::new("zbarimg")
        .args(["--raw", "-q", "-Sdisable", "-Sqrcode.enable"])
        .arg(image)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs pyotp"]
fn what_pyotp_enrols_mfa_verifies() {
    let store = TempStore::with_secret("first", common::codes::SECRET);
    let apps: Vec<String> = (0..20).map(|n| format!("Example Corp {n}")).collect();
    let jobs: Vec<Value> = apps.iter().map(|app| job("create", &store, app)).collect();
    for (app, code) in apps.iter().zip(python(&jobs)) {
        let code = code.as_str().unwrap();
        store.mfa(["-a", app, "-o", code]).gives(0, "Welcome\n", "");
        store.mfa(["-a", app, "-o", code]).gives(1, "OTP verification failed\n", "");
    }
    assert_eq!(store.mfa(["-l"]).said().stdout.lines().count(), 22);
}

#[test]
#[ignore = "needs pyotp"]
fn what_mfa_enrols_pyotp_verifies_and_its_codes_open() {
    let store = TempStore::new();
    let apps: Vec<String> = (0..20).map(|n| format!("Example Corp {n}")).collect();
    let mut jobs = Vec::new();
    for app in &apps {
        let said = store.mfa(["-c", "-n", "me", "-i", app, "--no-image"]).said();
        assert_eq!(said.status, Some(0), "{said:?}");
        let secret = Secret::parse(store.read(&format!("secrets/{app}")).as_bytes()).unwrap();
        let mut verify = job("verify", &store, app);
        verify["code"] = Totp::default().code(&secret, now()).into();
        jobs.extend([verify, job("code", &store, app)]);
    }
    let answers = python(&jobs);
    for (app, answers) in apps.iter().zip(answers.chunks(2)) {
        assert_eq!(answers[0], true, "{app}");
        let code = answers[1].as_str().unwrap();
        store.mfa(["-a", app, "-o", code]).gives(0, "Welcome\n", "");
    }
}

#[test]
#[ignore = "needs pyotp"]
fn pyotp_parts_a_label_with_colons_as_mfa_does() {
    let store = TempStore::new();
    let labels = [["Teleport", "alice@host:3080"], ["https://corp:8443", "me"], ["A", "A:me"]];
    let mut jobs = Vec::new();
    for [issuer, account] in labels {
        let said = store.mfa(["create", "-n", account, "-i", issuer, "--app", account]).said();
        assert_eq!(said.status, Some(0), "{said:?}");
        let uri = store.mfa(["uri", account]).said().stdout;
        jobs.push(json!({"do": "parse", "uri": uri.trim()}));
    }
    assert_eq!(json!(python(&jobs)), json!(labels));
}

#[test]
#[ignore = "needs pyotp and zbarimg"]
fn zbar_reads_each_image_and_finds_the_uri_that_pyotp_writes() {
    let labels = [
        ("Example Corp", "d3@keepforyourself.com"),
        ("A & B", "me & you"),
        ("100%", "50%25 off%"),
        ("C++", "a+b@example.com"),
        ("a/b/c", "DOMAIN/user"),
        ("Société Générale", "Zoë Müller"),
        ("株式会社例え", "山田 太郎"),
        ("~_.-!*'()", "\"<>\\^`{|}"),
        ("?a=b&secret=x#y", "=&issuer=z;,@$[]"),
        ("🔐 ключ", "مفتاح"),
        (" spaces ", "  "),
        ("https://corp:8443", "alice@host:3080"),
    ];
    let parameters = ["SHA1", "SHA256", "SHA512"].into_iter().flat_map(|algorithm| {
        [6, 7, 8].into_iter().flat_map(move |d| [30, 60, 15].map(|p| (algorithm, d, p)))
    });
    let plain = labels.into_iter().map(|label| (label, ("SHA1", 6, 30)));
    let varied = labels.into_iter().cycle().zip(parameters);

    let store = TempStore::new();
    let mut jobs = Vec::new();
    for ((issuer, account), (algorithm, digits, period)) in plain.chain(varied) {
        let app = format!("app {}", jobs.len());
        let said = store
            .mfa(["create", "-n", account, "-i", issuer, "--app", &app, "--algorithm", algorithm])
            .args(["--digits", &digits.to_string(), "--period", &period.to_string()])
            .said();
        assert_eq!(said.status, Some(0), "{said:?}");
        jobs.push(json!({
            "do": "uri", "secret_file": store.at("secrets").join(&app), "issuer": issuer,
            "account": account, "algorithm": algorithm, "digits": digits, "period": period,
        }));
    }
    for (number, uri) in python(&jobs).iter().enumerate() {
        let read = zbar(&store.at(format!("img/app {number}.png")));
        assert_eq!(read, format!("{}\n", uri.as_str().unwrap()), "{}", jobs[number]);
    }
}
