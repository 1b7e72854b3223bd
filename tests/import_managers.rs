//! What comes out of the exports of password managers, and of any text that has URIs in it;
//! `tests/data/import/make.py` tells what is in them.

mod import_report;

use import_report::{report, report_of};

const ALICE: &str =
    "Example Corp | alice@example.com | SHA1 6 30 | 0102030405060708090a0b0c0d0e0f1011121314\n";
const BOB: &str = "Bücher | bob | SHA256 8 60 | 1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e\n";

/// A URI and the line of a report that comes of it.
const URI: &str = "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ&issuer=A";
const ENTRY: &str = "A | b | SHA1 6 30 | 31323334353637383930\n";

#[test]
fn uris_are_found_anywhere_in_a_text_and_all_else_is_passed_over() {
    assert_eq!(report("note.txt"), format!("text, asked 0\n{ALICE}{BOB}"));
    for text in [
        format!("<html><a href=\"{}\">codes</a>", URI.replace('&', "&amp;")),
        format!("{{\"unknown\": [\"{URI}\"]}}"),
        format!("name;codes\nA;{URI}\n"),
    ] {
        assert_eq!(report_of(text.as_bytes(), ""), format!("text, asked 0\n{ENTRY}"), "{text}");
    }
}

#[test]
fn a_line_in_a_list_of_uris_may_have_words_before_its_uri() {
    let text = format!("{URI}\nmine: {URI}\nnone\n");
    let unread = "unread line 3: not an otpauth URI\n";
    assert_eq!(
        report_of(text.as_bytes(), ""),
        format!("URI list, asked 0\n{ENTRY}{ENTRY}{unread}")
    );
}
