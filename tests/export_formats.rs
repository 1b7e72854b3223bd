//! The export formats, and that they import again.

#![expect(clippy::unwrap_used, reason = "its functions serve tests alone")]

mod import_report;

use std::convert::Infallible;

use import_report::{lines, report_of};
use mfa::domain::{Account, Algorithm, AppName, Enrolment, Guard, Hotp, Otp, Secret, Totp};
use mfa::transfer::export::{Entry, aegis, aegis_encrypted, migration, uri};
use mfa::transfer::import::read;

/// Returns a generator that counts up, in place of the system's.
fn counting() -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
    let mut next = 0_u8;
    move |bytes: &mut [u8]| {
        for byte in bytes {
            *byte = next;
            next = next.wrapping_add(1);
        }
        Ok(())
    }
}

fn entry(
    app: &str,
    account: Option<&str>,
    algorithm: Algorithm,
    digits: u64,
    period: u64,
) -> Entry {
    let totp =
        Totp { algorithm, digits: digits.try_into().unwrap(), period: period.try_into().unwrap() };
    entry_of(app, account, totp)
}

fn entry_of(app: &str, account: Option<&str>, otp: impl Into<Otp>) -> Entry {
    let account = account.map(|account| account.parse().unwrap());
    let account = Account::new(app.parse().unwrap(), account, otp, None);
    let secret = Secret::from_bytes(format!("a secret of {app}").as_bytes()).unwrap();
    (app.parse::<AppName>().unwrap(), Enrolment { secret, account })
}

fn entries() -> Vec<Entry> {
    vec![
        entry("Example Corp", Some("alice@example.com"), Algorithm::Sha1, 6, 30),
        entry("Bücher & \"Co\"", Some("bob/1"), Algorithm::Sha256, 8, 30),
        entry("Old", Some("carol"), Algorithm::Sha512, 7, 60),
        entry("alone", None, Algorithm::Sha1, 6, 30),
        counter(),
        entry_of("Games", Some("eve"), Otp::Steam),
    ]
}

/// Makes an app with codes by counter, of which the gate accepted one beyond those that were shown.
fn counter() -> Entry {
    let hotp = Hotp { counter: 5, digits: 8.try_into().unwrap(), ..Hotp::default() };
    let (app, Enrolment { secret, account }) = entry_of("Counter", Some("dave"), hotp);
    let guard = Guard { last_step: Some(6), ..account.guard };
    (app, Enrolment { secret, account: Account { guard, ..account } })
}

const ALL: &str = "\
Example Corp | alice@example.com | SHA1 6 30 | 6120736563726574206f66204578616d706c6520436f7270
Bücher & \"Co\" | bob/1 | SHA256 8 30 | 6120736563726574206f662042c3bc6368657220262022436f22
Old | carol | SHA512 7 60 | 6120736563726574206f66204f6c64
alone | - | SHA1 6 30 | 6120736563726574206f6620616c6f6e65
Counter | dave | hotp SHA1 8 from 7 | 6120736563726574206f6620436f756e746572
Games | eve | steam | 6120736563726574206f662047616d6573
";

#[test]
fn uris_come_in_again_and_an_unknown_account_is_the_issuer() {
    let text = uri(&entries());
    assert_eq!(
        text.lines().next().unwrap(),
        "otpauth://totp/Example%20Corp:alice%40example.com\
         ?secret=MEQHGZLDOJSXIIDPMYQEK6DBNVYGYZJAINXXE4A&issuer=Example%20Corp"
    );
    let all = ALL.replace("alone | -", "alone | alone");
    assert_eq!(report_of(text.as_bytes(), ""), format!("URI list, asked 0\n{all}"));
    assert_eq!(*uri(&[]), "");
}

#[test]
fn a_plain_vault_of_aegis_comes_in_again_and_is_laid_out_as_aegis_does() {
    let vault = aegis(&entries(), &mut counting()).unwrap();
    assert_eq!(report_of(&vault, ""), format!("Aegis, asked 0\n{ALL}"));
    let one = aegis(&entries()[2..3], &mut counting()).unwrap();
    let vault: serde_json::Value = serde_json::from_slice(&one).unwrap();
    let expected = serde_json::json!({
        "version": 1,
        "header": {"slots": null, "params": null},
        "db": {
            "version": 3,
            "entries": [{
                "type": "totp",
                "uuid": "00010203-0405-4607-8809-0a0b0c0d0e0f",
                "name": "carol",
                "issuer": "Old",
                "note": "",
                "favorite": false,
                "icon": null,
                "info": {
                    "secret": "MEQHGZLDOJSXIIDPMYQE63DE",
                    "algo": "SHA512",
                    "digits": 7,
                    "period": 60,
                },
                "groups": [],
            }],
            "groups": [],
            "icons_optimized": true,
        },
    });
    assert_eq!(vault, expected);
}

#[test]
fn codes_by_counter_and_of_steam_have_the_members_that_aegis_reads() {
    let vault = aegis(&entries()[4..], &mut counting()).unwrap();
    let vault: serde_json::Value = serde_json::from_slice(&vault).unwrap();
    let entries = vault["db"]["entries"].as_array().unwrap();
    let entries: Vec<_> = entries.iter().map(|entry| (&entry["type"], &entry["info"])).collect();
    let hotp = serde_json::json!({
        "secret": "MEQHGZLDOJSXIIDPMYQEG33VNZ2GK4Q",
        "algo": "SHA1",
        "digits": 8,
        "counter": 7,
    });
    let steam = serde_json::json!({
        "secret": "MEQHGZLDOJSXIIDPMYQEOYLNMVZQ",
        "algo": "SHA1",
        "digits": 5,
        "period": 30,
    });
    assert_eq!(entries, [(&"hotp".into(), &hotp), (&"steam".into(), &steam)]);
}

#[test]
fn an_encrypted_vault_of_aegis_opens_with_its_password_alone() {
    let vault = aegis_encrypted(&entries(), "correct horse", &mut counting()).unwrap();
    assert_eq!(report_of(&vault, "correct horse"), format!("Aegis, asked 1\n{ALL}"));
    let refusal = "the Aegis file does not open with this password\n";
    assert_eq!(report_of(&vault, "wrong"), refusal);
    assert!(!String::from_utf8(vault).unwrap().contains("carol"));
}

#[test]
fn what_google_authenticator_cannot_express_is_named_and_the_rest_comes_in_again() {
    let mut all = entries();
    all.push(entry("Seven", None, Algorithm::Sha1, 7, 30));
    all.push(entry("Names", Some(&"x".repeat(1000)), Algorithm::Sha1, 6, 30));
    all.push(entry_of("Far", None, Hotp { counter: 1 << 63, ..Hotp::default() }));
    let out = migration(&all, &mut counting()).unwrap();
    let left_out: Vec<_> = out.left_out.iter().map(|(app, why)| format!("{app}: {why}")).collect();
    assert_eq!(
        left_out,
        [
            "Old: a period of 60 s cannot be expressed, only 30",
            "Games: codes of Steam Guard cannot be expressed",
            "Seven: 7 digits cannot be expressed, only 6 and 8",
            "Names: its names are too long for a QR code",
            "Far: a counter beyond 2^63 cannot be expressed",
        ]
    );
    let [part] = &out.parts[..] else { panic!("one part") };
    let stays = |line: &&str| line.contains("carol") || line.contains("eve");
    let rest: String = ALL.split_inclusive('\n').filter(|line| !stays(line)).collect();
    assert_eq!(report_of(part.uri.as_bytes(), ""), format!("URI list, asked 0\n{rest}"));
}

#[test]
fn ten_entries_go_in_a_picture_and_all_pictures_together_are_complete() {
    let many: Vec<_> =
        (0..25).map(|i| entry(&format!("app {i}"), Some("me"), Algorithm::Sha1, 6, 30)).collect();
    let out = migration(&many, &mut counting()).unwrap();
    assert_eq!(out.parts.iter().map(|part| part.apps.len()).collect::<Vec<_>>(), [10, 10, 5]);

    let read = |bytes: &[u8]| read(bytes, &mut || unreachable!()).unwrap();
    let mut found = String::new();
    for part in &out.parts {
        found += &lines(&read(&mfa::qr::Qr::new(&part.uri).unwrap().png().unwrap()));
    }
    let without_notes = |text: &str| {
        let lines = text.split_inclusive('\n').filter(|line| !line.starts_with("note"));
        lines.collect::<String>()
    };
    let all: Vec<_> = out.parts.iter().map(|part| part.uri.as_str()).collect();
    let together = lines(&read(all.join("\n").as_bytes()));
    assert_eq!(together.lines().count(), 25, "no note of a missing part");
    assert_eq!(together, without_notes(&found));
    assert!(found.contains("note: parts 2, 3 of an export in 3 parts are missing\n"));
}

#[test]
fn long_names_make_smaller_parts_that_a_qr_code_holds() {
    let name = "n".repeat(200);
    let many: Vec<_> =
        (0..9).map(|i| entry(&format!("{i}"), Some(&name), Algorithm::Sha1, 6, 30)).collect();
    let out = migration(&many, &mut counting()).unwrap();
    assert_eq!(out.left_out.len(), 0);
    assert_eq!(out.parts.iter().map(|part| part.apps.len()).sum::<usize>(), 9);
    assert!(out.parts.iter().all(|part| mfa::qr::Qr::new(&part.uri).is_ok()));
}
