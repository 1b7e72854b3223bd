//! The entries of pictures of QR codes; `tests/data/import/make.py` shows what is in them.

mod import_report;

use import_report::{report, report_of, sample};
use mfa::domain::{Label, Secret, Totp, provisioning_uri};
use mfa::qr::Qr;

const ALICE: &str =
    "Example Corp | alice@example.com | SHA1 6 30 | 0102030405060708090a0b0c0d0e0f1011121314\n";
const BOB: &str = "Bücher | bob | SHA256 8 60 | 1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e\n";

#[test]
fn several_codes_in_one_picture_all_come_in() {
    assert_eq!(report("two_codes.png"), format!("picture, asked 0\n{ALICE}{BOB}"));
}

#[test]
fn white_on_black_is_read_and_so_is_a_blurred_and_turned_photo() {
    for name in ["inverted.webp", "photo.jpg"] {
        assert_eq!(report(name), format!("picture, asked 0\n{ALICE}"), "{name}");
    }
}

#[test]
fn an_export_of_google_authenticator_is_read_from_its_picture() {
    let text = report("migration.txt").replace("URI list", "picture");
    let text: String = text.split_inclusive('\n').filter(|line| !line.contains("line")).collect();
    assert_eq!(report("migration.png"), text);
}

#[test]
fn another_code_is_refused_and_does_not_stop_the_first() {
    assert_eq!(
        report("other_code.png"),
        format!("picture, asked 0\n{ALICE}unread QR code 2: it holds no otpauth URI\n")
    );
}

#[test]
fn a_picture_without_a_code_says_so_and_a_broken_one_too() {
    assert_eq!(report("blank.png"), "the picture file can't be read: there is no QR code in it\n");
    assert_eq!(
        report_of(&sample("two_codes.png")[..300], ""),
        "the picture file is damaged: it does not decode\n"
    );
}

#[test]
fn what_create_draws_is_read_back() {
    let secret = Secret::parse(b"GEZDGNBVGY3TQOJQ").unwrap();
    let (issuer, account): (Label, Label) = ("Corp".parse().unwrap(), "me".parse().unwrap());
    let uri = provisioning_uri(&secret, &issuer, Some(&account), Totp::default());
    assert_eq!(
        report_of(&Qr::new(&uri).unwrap().png().unwrap(), ""),
        "picture, asked 0\nCorp | me | SHA1 6 30 | 31323334353637383930\n"
    );
}
