//! Tables and texts that were made to take all memory or time, and damaged ones: one line of
//! error each, with no question for a password.

mod import_report;

use import_report::report_of;

const URI: &str = "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ&issuer=A";
const HEADER: &str = "folder,name,login_username,login_totp\n";

/// The size in bytes of what is made to do harm: whoever reads it twice for each part takes hours.
const MOST: usize = 2_000_000;

/// Repeats a text as often as there is room for.
fn filled(start: &str, repeated: &str, end: &str) -> Vec<u8> {
    let times = (MOST - start.len() - end.len()) / repeated.len();
    [start, &repeated.repeat(times), end].concat().into_bytes()
}

/// Repeats a text once more than a file may have entries.
fn many(start: &str, repeated: &str, end: &str) -> Vec<u8> {
    [start, &repeated.repeat(100_001), end].concat().into_bytes()
}

#[test]
fn a_quote_that_is_never_closed_loses_no_record_in_silence() {
    let damaged = "the Bitwarden file is damaged: a quote is never closed\n";
    let row = format!(",A,b,{URI}\n");
    for table in [
        format!("{HEADER},\"A,b,{URI}\n{row}"),
        format!("{HEADER}{row},A,\"b\"\",{URI}\n"),
        format!("{HEADER}{row},A,b,\""),
    ] {
        assert_eq!(report_of(table.as_bytes(), ""), damaged, "{table}");
    }
    assert_eq!(report_of(&filled(&format!("{HEADER}\""), ",A,b,c\n", ""), ""), damaged);
}

#[test]
fn a_table_of_commas_quotes_or_records_alone_takes_no_memory_for_each() {
    let commas = "the Bitwarden file is damaged: a line has more than 100000 commas\n";
    assert_eq!(report_of(&filled(HEADER, ",", ""), ""), commas);
    for repeated in ["\"\"", "\"\"\n", "\n", ",\n", "x,"] {
        let table = filled(HEADER, repeated, "");
        let report = report_of(&table, "");
        assert!(report == "Bitwarden, asked 0\n" || report == commas, "{repeated:?}: {report}");
    }
}

#[test]
fn a_file_holds_a_hundred_thousand_entries_and_no_more() {
    let message = "the file holds more than 100000 entries\n";
    for bytes in [
        many(HEADER, ",,,x\n", ""),
        many("{\"items\": [\"otpauth://\"", ",1", "]}"),
        many("{\"Authenticators\": [1", ",1", "]}"),
        many("", " - otpauth://\n", ""),
        many("", "(otpauth://)", ""),
    ] {
        assert_eq!(report_of(&bytes, ""), message, "{}", String::from_utf8_lossy(&bytes[..60]));
    }
}

#[test]
fn what_begins_like_an_encrypted_backup_and_is_too_short_asks_for_no_password() {
    for start in ["AUTHENTICATORPRO", "AuthenticatorPro"] {
        let bytes = [start, "salt"].concat();
        let damaged = "the Stratum file is damaged: it is too short\n";
        assert_eq!(report_of(bytes.as_bytes(), ""), damaged);
    }
}

#[test]
fn a_text_with_a_nul_and_a_table_without_codes_are_of_no_known_format() {
    let unknown = "not a format that mfa can import\n";
    for text in [format!("{HEADER},A\0,b,{URI}\n"), "a,b\n\"c,d\n".into(), "<".into()] {
        assert_eq!(report_of(text.as_bytes(), ""), unknown, "{text:?}");
    }
}
