//! Texts that were made to take all memory or time, and damaged ones: one line of
//! error each, with no question for a password.

mod import_report;

use import_report::report_of;

/// Repeats a text once more than a file may have entries.
fn many(start: &str, repeated: &str, end: &str) -> Vec<u8> {
    [start, &repeated.repeat(100_001), end].concat().into_bytes()
}

#[test]
fn a_file_holds_a_hundred_thousand_entries_and_no_more() {
    let message = "the file holds more than 100000 entries\n";
    for bytes in [many("", " - otpauth://\n", ""), many("", "(otpauth://)", "")] {
        assert_eq!(report_of(&bytes, ""), message, "{}", String::from_utf8_lossy(&bytes[..60]));
    }
}
