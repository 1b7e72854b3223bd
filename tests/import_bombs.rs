//! Tables, XML and texts that were made to take all memory or time, and damaged ones: one line of
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

fn database(content: &str) -> String {
    format!("<KeePassFile><Root><Group>{content}</Group></Root></KeePassFile>")
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
fn an_entity_that_xml_does_not_have_itself_is_not_expanded() {
    let damaged = |why: &str| format!("the KeePass XML file is damaged: {why}\n");
    let entry = database("<Entry><String><Key>otp</Key><Value>&b;</Value></String></Entry>");
    assert_eq!(report_of(entry.as_bytes(), ""), damaged("it has an entity that is not XML's own"));
    for declared in
        ["<!ENTITY b \"&a;&a;\"><!ENTITY a \"aaa\">", "<!ENTITY b SYSTEM \"/etc/passwd\">"]
    {
        let bomb = format!("<?xml version=\"1.0\"?><!DOCTYPE x [{declared}]>{entry}");
        assert_eq!(report_of(bomb.as_bytes(), ""), damaged("it has a document type"));
    }
}

#[test]
fn xml_of_any_shape_is_read_in_one_pass() {
    let deep = "the KeePass XML file is damaged: its elements are too deep within each other\n";
    let end = "the KeePass XML file is damaged: its end is missing\n";
    let not_xml = "the KeePass XML file is damaged: not XML at byte 13\n";
    let plain = "KeePass XML, asked 0\n";
    let start = "<KeePassFile>";
    for (bytes, report) in [
        (filled(start, "<Group>", ""), deep),
        (filled(start, "<a xmlns:b='c'>", ""), deep),
        (filled(start, "<a/>", ""), end),
        (filled(start, "<a/>", "</KeePassFile>"), plain),
        (filled(start, "&lt;", "</KeePassFile>"), plain),
        (filled(start, "<![CDATA[]]>", "</KeePassFile>"), plain),
        (filled("<KeePassFile><a ", "b='' ", "/></KeePassFile>"), plain),
        (filled(start, "<Entry><String><Key>otp</Key></String></Entry>", "</KeePassFile>"), plain),
        (filled(start, "</Group>", ""), not_xml),
    ] {
        assert_eq!(report_of(&bytes, ""), report, "{}", String::from_utf8_lossy(&bytes[..60]));
    }
}

#[test]
fn a_file_holds_a_hundred_thousand_entries_and_no_more() {
    let field = "<String><Key>otp</Key><Value>x</Value></String>";
    let message = "the file holds more than 100000 entries\n";
    for bytes in [
        many(HEADER, ",,,x\n", ""),
        many("<KeePassFile>", &format!("<Entry>{field}</Entry>"), "</KeePassFile>"),
        many("<map><!--issuerExt-->", "<string name='a'>{}</string>", "</map>"),
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
    for text in
        [format!("{HEADER},A\0,b,{URI}\n"), "a,b\n\"c,d\n".into(), "<map/>".into(), "<".into()]
    {
        assert_eq!(report_of(text.as_bytes(), ""), unknown, "{text:?}");
    }
}
