//! mfa reads the PSKC files that python-pskc writes.

#![cfg(test)]

#[path = "../import_report/mod.rs"]
mod import_report;

use std::fs;
use std::process::Command;

use import_report::{report_of, report_with_key};
use serde_json::Value;

/// Writes the files into a folder, and returns what is in them.
#[expect(clippy::disallowed_methods, reason = "the peer lives in a virtual environment of its own")]
fn peer(folder: &str) -> Vec<Value> {
    let python = std::env::var_os("MFA_PYTHON").unwrap_or_else(|| "python3".into());
    let output =
        Command::new(python).args(["-c", include_str!("peer.py"), folder]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Returns the line that a report has for a token.
fn line(token: &Value) -> String {
    let text = |name: &str| token[name].as_str().unwrap_or_default();
    let (digits, serial) = (&token["response_length"], text("serial"));
    let (codes, drift) = match &token["counter"] {
        Value::Null => (format!("SHA1 {digits} {}", token["time_interval"]), &token["time_drift"]),
        counter => (format!("hotp SHA1 {digits} from {counter}"), &Value::Null),
    };
    let drift = match drift.as_i64() {
        None | Some(0) => String::new(),
        Some(drift) => format!(" drift {drift}"),
    };
    let (user, secret) = (text("key_userid"), text("secret"));
    format!("Peer | {user} | {codes} hardware {serial}{drift} | {secret}\n")
}

#[test]
#[ignore = "needs python-pskc"]
fn what_python_pskc_writes_mfa_reads() {
    let folder = tempfile::tempdir().unwrap();
    for file in peer(folder.path().to_str().unwrap()) {
        let bytes = fs::read(file["path"].as_str().unwrap()).unwrap();
        let lines: String = file["tokens"].as_array().unwrap().iter().map(line).collect();
        let password = file["password"].as_str();
        let (report, expected) = match file["key"].as_str() {
            Some(key) => (report_with_key(&bytes, key), lines),
            None => (
                report_of(&bytes, password.unwrap_or_default()),
                format!("PSKC, asked {}\n{lines}", u8::from(password.is_some())),
            ),
        };
        assert_eq!(report, expected, "{}", String::from_utf8_lossy(&bytes));
    }
}
