//! What comes out of the exports of password managers, and of any text that has URIs in it;
//! `tests/data/import/make.py` tells what is in them.

mod import_report;

use import_report::{ALICE, BOB, CAROL, DAVE, EVE, IVAN, report, report_of};

const NOTED: &str = "Noted | me | SHA1 6 30 | c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdc\n";

/// A URI and the line of a report that comes of it.
const URI: &str = "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ&issuer=A";
const ENTRY: &str = "A | b | SHA1 6 30 | 31323334353637383930\n";

/// Makes an XML export of `KeePass` with one entry, of these fields.
fn database(fields: &[(&str, &str)]) -> String {
    let field =
        |(key, value): &_| format!("<String><Key>{key}</Key><Value>{value}</Value></String>");
    let fields: String = fields.iter().map(field).collect();
    format!("<KeePassFile><Root><Group><Entry>{fields}</Entry></Group></Root></KeePassFile>")
}

#[test]
fn a_table_gives_its_column_of_codes_and_the_uris_in_all_other_cells() {
    let named = "Named | here | SHA1 6 30 | 1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e\n";
    let grace = "refused Short:grace: the secret has 40 bits, fewer than 80\n";
    let all = [ALICE, named, CAROL, NOTED, EVE, DAVE, grace].concat();
    for (name, format) in [
        ("keepassxc.csv", "KeePassXC"),
        ("bitwarden.csv", "Bitwarden"),
        ("1password.csv", "1Password"),
    ] {
        assert_eq!(report(name), format!("{format}, asked 0\n{all}"), "{name}");
    }
    let uris = [ALICE, CAROL, NOTED, DAVE].concat();
    assert_eq!(report("other.csv"), format!("CSV, asked 0\n{uris}"));
}

#[test]
fn an_item_of_bitwarden_gives_its_codes_and_the_uris_in_its_notes_and_fields() {
    let export = format!(
        r#"{{"encrypted": false, "items": [
            {{"name": "Bank", "login": {{"username": "me", "totp": "GEZDGNBVGY3TQOJQ"}},
              "notes": "codes:\n{URI}, and\notpauth://totp/?secret=GEZDGNBVGY3TQOJQ",
              "fields": [{{"value": null}}, {{"value": "otpauth://motp/c?secret=GEZDGNBV"}}]}},
            7,
            {{"name": "A note", "type": 2, "notes": "\n {URI}"}},
            {{"name": "No codes", "notes": "see https://example.com", "fields": []}}]}}"#
    );
    let bare = "Bank | me | SHA1 6 30 | 31323334353637383930\n";
    let skipped = "skipped c: codes of the kind 'motp' are not supported\n";
    let refused = "refused entry 2: its fields are not what they should be\n";
    assert_eq!(
        report_of(export.as_bytes(), ""),
        format!("Bitwarden, asked 0\n{bare}{ENTRY}{bare}{skipped}{refused}{ENTRY}")
    );
}

#[test]
fn a_table_of_any_app_with_a_column_of_codes_gives_bare_secrets() {
    for header in ["url,name,username,TOTP", "x,Title,Login,otpAuth", "x,service,user,otp"] {
        let table = format!("\u{feff}{header}\r\n,A,b,gezd gnbv gy3t qojq\r\n,\"C, D\",e\r\n");
        assert_eq!(report_of(table.as_bytes(), ""), format!("CSV, asked 0\n{ENTRY}"), "{header}");
    }
}

#[test]
fn a_database_gives_the_fields_of_the_app_and_its_plugins_and_uris_in_all_others() {
    let fields = [
        "Text | frank | SHA1 6 30 | 63396361636263636364636563666430643164326433643464356436643764386439646164626463\n",
        "skipped Gone:gone: it is in the recycle bin\n",
        "Base | heidi | SHA1 6 30 | b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8\n",
        "Tray | ivan | SHA1 8 10 | c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdc\n",
    ];
    let broken = "refused Broken:hex: the secret is not hexadecimal\n";
    let all = [ALICE, BOB, CAROL, DAVE, EVE, &fields.concat(), IVAN, broken].concat();
    assert_eq!(report("keepass.xml"), format!("KeePass XML, asked 0\n{all}"));
}

#[test]
fn spaces_in_a_secret_of_keepass_mean_nothing_and_what_is_wrong_with_it_is_told() {
    for (field, value, expected) in [
        ("TimeOtp-Secret-Hex", "31323334 35363738 3930", ENTRY),
        ("TimeOtp-Secret-Base64", "MTIz NDU2 Nzg5 MA==", ENTRY),
        ("TimeOtp-Secret-Base32", "GEZD GNBV GY3T QOJQ", ENTRY),
        ("TimeOtp-Secret-Hex", "3132 3", "refused A:b: the secret is not hexadecimal\n"),
        ("HmacOtp-Secret-Base64", "§", "refused A:b: the secret is not base64\n"),
    ] {
        let text = database(&[("Title", "A"), ("UserName", "b"), (field, value)]);
        assert_eq!(report_of(text.as_bytes(), ""), format!("KeePass XML, asked 0\n{expected}"));
    }
}

#[test]
fn codes_by_counter_in_a_database_begin_at_0_until_keepass_writes_their_counter() {
    let secret = ("HmacOtp-Secret-Base32", "GEZDGNBVGY3TQOJQ");
    for (fields, next) in [
        (vec![secret], "hotp SHA1 6 from 0"),
        (vec![secret, ("HmacOtp-Counter", "3")], "hotp SHA1 6 from 3"),
        (vec![("otp", "key=GEZDGNBVGY3TQOJQ&amp;type=Hotp&amp;counter=4")], "hotp SHA1 6 from 4"),
    ] {
        let text = database(&[&[("Title", "A"), ("UserName", "b")], &fields[..]].concat());
        assert_eq!(
            report_of(text.as_bytes(), ""),
            format!("KeePass XML, asked 0\nA | b | {next} | 31323334353637383930\n")
        );
    }
}

#[test]
fn a_field_of_a_database_may_be_cdata_and_have_characters_as_numbers() {
    for value in
        [URI.replace('&', "&#38;"), URI.replace('&', "&#x26;"), format!("<![CDATA[{URI}]]>")]
    {
        let text = format!(
            "<!-- made by hand --><KeePassFile><Root><Group><Entry><String><Key>otp</Key>\
             <Value>{value}</Value></String></Entry></Group></Root></KeePassFile>"
        );
        assert_eq!(report_of(text.as_bytes(), ""), format!("KeePass XML, asked 0\n{ENTRY}"));
    }
}

#[test]
fn uris_are_found_anywhere_in_a_text_and_all_else_is_passed_over() {
    assert_eq!(report("note.txt"), format!("text, asked 0\n{ALICE}{BOB}"));
    for text in [
        format!("<html><a href=\"{}\">codes</a>", URI.replace('&', "&amp;")),
        format!("name;codes\nA;{URI}\n"),
    ] {
        assert_eq!(report_of(text.as_bytes(), ""), format!("text, asked 0\n{ENTRY}"), "{text}");
    }
}

#[test]
fn a_line_in_a_list_of_uris_may_have_words_before_its_uri() {
    let text = format!("{URI}\nmine: {URI}\n");
    assert_eq!(report_of(text.as_bytes(), ""), format!("URI list, asked 0\n{ENTRY}{ENTRY}"));
}

#[test]
fn prose_in_a_list_of_uris_is_no_entry_and_what_might_be_one_is_told() {
    let prose = "My codes:\n========\n- see https://example.com\n";
    let text = format!("{prose}\n{URI}\nhttps://example.com\n{prose}otpauth:/totp/c?secret=D\n");
    let unread = |line| format!("unread line {line}: not an otpauth URI\n");
    assert_eq!(
        report_of(text.as_bytes(), ""),
        format!("URI list, asked 0\n{ENTRY}{}{}", unread(6), unread(10))
    );
}

#[test]
fn prose_may_begin_with_a_bracket_and_json_that_is_cut_off_is_still_damaged() {
    for start in ["[codes] mine:", "[ ]", "[1]", "[[Bank]]", "{bank}", "{}"] {
        let text = format!("{start}\n- {URI}\n");
        assert_eq!(report_of(text.as_bytes(), ""), format!("text, asked 0\n{ENTRY}"), "{start}");
    }
    for start in ["{\n\"items\": [", "[", "[{\"uri\": "] {
        let text = format!("{start}\"{URI}\",");
        let report = report_of(text.as_bytes(), "");
        assert!(report.starts_with("the JSON file is damaged: not JSON at line "), "{report}");
    }
    let plain = report_of(b"[codes]", "");
    assert_eq!(plain, "the JSON file is damaged: not JSON at line 1 column 2\n");
}

#[test]
fn uris_are_found_in_json_of_any_form_whatever_it_escapes() {
    for uri in [
        URI.into(),
        URI.replace('/', r"\/"),
        URI.replace('&', r"\u0026").replace('=', r"\u003d"),
        format!(r"codes:\n{URI}"),
    ] {
        let text = format!(r#"{{"a": [1, -1.5, true, null, {{"b": "{uri}"}}], "c": ","}}"#);
        assert_eq!(report_of(text.as_bytes(), ""), format!("JSON, asked 0\n{ENTRY}"), "{text}");
    }
    let deep = format!("{}\"{URI}\"{}", "[".repeat(200), "]".repeat(200));
    let damaged = "the JSON file is damaged: not JSON at line 1 column 128\n";
    assert_eq!(report_of(deep.as_bytes(), ""), damaged);
}
