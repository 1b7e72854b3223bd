//! The containers of RFC 6030 itself: figures 2, 3, 5, 6, 7 and 10.

#![cfg(test)]

mod import_report;

use std::fs;

use import_report::{report_of, report_with_key};

/// The key that the RFC gives for figure 6.
const KEY: &str = "12345678901234567890123456789012";

fn figure(number: u8) -> Vec<u8> {
    fs::read(format!("tests/data/rfc6030/figure{number}.xml")).unwrap()
}

/// Returns the line of a token, all of which have the same secret.
fn token(manufacturer: &str, account: &str, serial: &str) -> String {
    format!(
        "{manufacturer} | {account} | hotp SHA1 8 from 0 hardware {serial} | \
         3132333435363738393031323334353637383930\n"
    )
}

#[test]
fn plain_keys_come_in_with_their_policies_told() {
    let user = "UID=jsmith,DC=example-bank,DC=net";
    let plain = |entries: &[&str]| format!("PSKC, asked 0\n{}", entries.concat());
    let short = "refused 12345678: the secret has 32 bits, fewer than 80\n";
    assert_eq!(report_of(&figure(2), ""), plain(&[short]));
    assert_eq!(report_of(&figure(3), ""), plain(&[&token("Manufacturer", user, "987654321")]));
    let pin = "skipped 987654321: codes of the kind 'pin' are not supported\n\
               note: the PIN policy of 987654321 stays behind\n";
    assert_eq!(report_of(&figure(5), ""), plain(&[&token("Manufacturer", "-", "987654321"), pin]));
}

#[test]
fn a_key_that_was_shared_beforehand_opens_figure_6() {
    let entry = token("Manufacturer", "-", "987654321");
    assert_eq!(report_with_key(&figure(6), KEY), entry);
    assert_eq!(report_of(&figure(6), ""), "the PSKC file is encrypted with a key\n");
}

#[test]
fn a_password_opens_figure_7() {
    let entry = token("TokenVendorAcme", "-", "987654321");
    let note = "note: 987654321 has no counter, and begins at 0\n";
    assert_eq!(report_of(&figure(7), "qwerty"), format!("PSKC, asked 1\n{entry}{note}"));
}

#[test]
fn figure_10_brings_a_batch() {
    let serials = ["654321", "123456", "9999999", "9999999"];
    let entries = serials.map(|serial| token("TokenVendorAcme", "-", serial)).concat();
    let notes = "note: 654321 is valid from 2006-05-01T00:00:00Z\n\
                 note: 654321 expires at 2006-05-31T00:00:00Z\n\
                 note: 123456 is valid from 2006-05-01T00:00:00Z\n\
                 note: 123456 expires at 2006-05-31T00:00:00Z\n\
                 note: 9999999 is valid from 2006-03-01T00:00:00Z\n\
                 note: 9999999 expires at 2006-03-31T00:00:00Z\n\
                 note: 9999999 is valid from 2006-04-01T00:00:00Z\n\
                 note: 9999999 expires at 2006-04-30T00:00:00Z\n";
    assert_eq!(report_of(&figure(10), ""), format!("PSKC, asked 0\n{entries}{notes}"));
}
