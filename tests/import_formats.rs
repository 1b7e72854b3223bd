//! The entries of each app's export; `tests/data/import/make.py` shows what is in it.

mod import_report;

use import_report::{ALICE, BOB, CAROL, DAVE, EVE, IVAN, lines, report, report_of, sample};

const FRANK: &str = "A:B | x:frank | SHA1 6 30 | 8d8e8f909192939495969798999a9b9c9d9e9fa0\n";
const GRACE: &str = "refused Short:grace: the secret has 40 bits, fewer than 80\n";
const HEIDI: &str = "refused Long:heidi: the number of digits is '9', not 6, 7 or 8\n";

#[test]
fn apps_that_hold_fields_give_the_same_entries_plain_and_encrypted() {
    let all = [ALICE, BOB, CAROL, DAVE, EVE, FRANK, GRACE, HEIDI, IVAN].concat();
    for (name, heading) in [
        ("aegis.json", "Aegis, asked 0\n"),
        ("aegis_encrypted.json", "Aegis, asked 1\n"),
        ("2fas.2fas", "2FAS, asked 0\n"),
        ("2fas_encrypted.2fas", "2FAS, asked 1\n"),
        ("andotp.json", "andOTP, asked 0\n"),
        ("andotp_encrypted.bin", "andOTP, asked 1\n"),
        ("freeotp_plus.json", "FreeOTP+, asked 0\n"),
        ("freeotp_tokens.xml", "FreeOTP, asked 0\n"),
        ("stratum.json", "Stratum, asked 0\n"),
        ("stratum_encrypted.bin", "Stratum, asked 1\n"),
        ("stratum_encrypted_old.bin", "Stratum, asked 1\n"),
        ("raivo.json", "Raivo, asked 0\n"),
        ("lastpass.json", "LastPass, asked 0\n"),
        ("2fauth.json", "2FAuth, asked 0\n"),
        ("authenticator_extension.json", "Authenticator extension, asked 0\n"),
    ] {
        let mut expected = [heading, &all].concat();
        // Neither FreeOTP has Steam, and LastPass has codes by time alone.
        if name.starts_with("free") || name.starts_with("last") {
            expected = expected.replace(EVE, "");
        }
        if name.starts_with("last") {
            expected = expected.replace(DAVE, "");
        }
        assert_eq!(report(name), expected, "{name}");
    }
}

#[test]
fn ente_writes_uris_plain_and_encrypted() {
    let entries = [ALICE, BOB, CAROL, DAVE, EVE].concat();
    assert_eq!(report("ente.txt"), format!("URI list, asked 0\n{entries}"));
    assert_eq!(report("ente_encrypted.json"), format!("Ente Auth, asked 1\n{entries}"));
}

#[test]
fn proton_names_an_entry_whose_uri_does_not() {
    let unnamed = "- | named here | SHA1 6 30 | 0102030405060708090a0b0c0d0e0f1011121314\n";
    let entries = [ALICE, BOB, CAROL, &EVE.replace("Games", "Steam"), unnamed].concat();
    assert_eq!(report("proton.json"), format!("Proton Authenticator, asked 0\n{entries}"));
    assert_eq!(
        report("proton_encrypted.json"),
        format!("Proton Authenticator, asked 1\n{entries}")
    );
}

#[test]
fn bitwarden_is_known_without_the_member_that_tells_whether_it_is_encrypted() {
    let export = r#"{"items": [1,
        {"name": "A", "login": {"username": "b", "totp": "GEZDGNBVGY3TQOJQ"}}]}"#;
    assert_eq!(
        report_of(export.as_bytes(), ""),
        "Bitwarden, asked 0\n\
         refused entry 1: its fields are not what they should be\n\
         A | b | SHA1 6 30 | 31323334353637383930\n"
    );
}

#[test]
fn bitwarden_holds_uris_and_bare_secrets_and_names_them() {
    let entries = [
        ALICE,
        "Bücher | bob | SHA1 6 30 | 1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e\n",
        EVE,
        "Named | here | SHA1 6 30 | 0102030405060708090a0b0c0d0e0f1011121314\n",
        GRACE,
        "refused a: the parameter 'secret' appears twice\n",
    ]
    .concat();
    assert_eq!(report("bitwarden.json"), format!("Bitwarden, asked 0\n{entries}"));
    assert_eq!(report("bitwarden_pbkdf2.json"), format!("Bitwarden, asked 1\n{entries}"));
    assert_eq!(report("bitwarden_argon2.json"), format!("Bitwarden, asked 1\n{entries}"));
    assert_eq!(
        report("bitwarden_account.json"),
        "the Bitwarden file can't be read: only the account that made it can; export it again, \
         plain or with a file password\n"
    );
}

#[test]
fn kinds_and_algorithms_of_stratum_that_mfa_lacks_are_named() {
    let entry = |kind: u8, algorithm: u8| {
        format!(
            r#"{{"Type": {kind}, "Issuer": "A", "Username": null, "Secret": "GEZDGNBVGY3TQOJQ",
                "Algorithm": {algorithm}, "Digits": 6, "Period": 30}}"#
        )
    };
    let entries = [entry(3, 0), entry(5, 0), entry(6, 0), entry(2, 3)].join(",");
    assert_eq!(
        report_of(format!(r#"{{"Authenticators": [{entries}]}}"#).as_bytes(), ""),
        "Stratum, asked 0\n\
         skipped A: codes of the kind 'mOTP' are not supported\n\
         skipped A: codes of the kind 'Yandex' are not supported\n\
         skipped A: codes of the kind 'unknown' are not supported\n\
         refused A: the algorithm is 'unknown', not SHA1, SHA256 or SHA512\n"
    );
}

#[test]
fn an_encrypted_backup_of_the_extension_is_told_how_to_become_another() {
    let secret_alone = r#"{"key": {"enc": "a", "hash": "b"}, "c":
        {"account": "d", "encrypted": true, "hash": "c", "secret": "U2FsdGVk", "type": "totp"}}"#;
    let message = "the Authenticator extension file can't be read: it is encrypted; download the \
                   backup without encryption\n";
    assert_eq!(report("authenticator_extension_encrypted.json"), message);
    assert_eq!(report_of(secret_alone.as_bytes(), ""), message);
}

#[test]
fn a_list_of_uris_in_json_is_judged_element_by_element() {
    let entries = [ALICE, BOB, CAROL, DAVE, EVE].concat();
    let others = "unread entry 6: not an otpauth URI\n\
                  refused entry 7: its fields are not what they should be\n";
    assert_eq!(report("cotp.json"), format!("cotp, asked 0\n{entries}{others}"));
    let bare = r#"["otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ"]"#;
    let entry = "cotp, asked 0\n- | a | SHA1 6 30 | 31323334353637383930\n";
    assert_eq!(report_of(bare.as_bytes(), ""), entry);
}

#[test]
fn cotps_own_database_gives_its_elements_and_a_counter_has_no_period() {
    let element = |kind, period, counter| {
        format!(
            r#"{{"secret":"GEZDGNBVGY3TQOJQ","issuer":"A","label":"b","digits":6,"type":"{kind}","algorithm":"SHA1","period":{period},"counter":{counter},"pin":null}}"#
        )
    };
    let elements =
        [element("Totp", 60, "null"), element("HOTP", 0, "7"), element("MOTP", 10, "null")];
    let database = format!(r#"{{"version":2,"elements":[{}]}}"#, elements.join(","));
    let key = "31323334353637383930";
    assert_eq!(
        report_of(database.as_bytes(), ""),
        format!(
            "cotp, asked 0\nA | b | SHA1 6 60 | {key}\nA | b | hotp SHA1 6 from 7 | {key}\n\
             skipped A:b: codes of the kind 'MOTP' are not supported\n"
        )
    );
}

#[test]
fn a_list_of_uris_is_judged_line_by_line() {
    let others = "refused A:B\\u{7}:x:frank: 'A:B\\u{7}' holds a control character\n";
    let lines = [
        "refused line 12: the secret has 40 bits, fewer than 80\n",
        "refused a: the parameter 'secret' appears twice\n",
    ];
    let entries = [ALICE, BOB, CAROL, DAVE, EVE, others, GRACE, HEIDI, IVAN].concat();
    assert_eq!(report("uris.txt"), format!("URI list, asked 0\n{entries}{}", lines.concat()));
}

#[test]
fn uris_stand_between_commas_behind_a_prefix_or_on_lines_of_any_end() {
    let uri = |label: &str| format!("otpauth://totp/{label}?secret=GEZDGNBVGY3TQOJQ");
    let (one, two) = (uri("a"), uri("b"));
    let entry = |label: &str| format!("- | {label} | SHA1 6 30 | 31323334353637383930\n");
    let both = format!("URI list, asked 0\n{}{}", entry("a"), entry("b"));
    for text in [
        format!("{one},{two}"),
        format!("{one},\n{two},\n"),
        format!("\u{feff}{one}\r\n{two}\r\n"),
        format!("QR-Code:{one}\nQR-Code:{two}\n"),
    ] {
        assert_eq!(report_of(text.as_bytes(), ""), both, "{text}");
    }
}

#[test]
fn steam_is_known_by_its_uri_or_its_name_and_its_codes_are_steams() {
    let steam = |account: &str| format!("Steam | {account} | steam | 31323334353637383930\n");
    let secret = "GEZDGNBVGY3TQOJQ";
    for (text, format, account) in [
        (format!("steam://{secret}\n"), "URI list", "-"),
        (format!("steam://{secret}\notpauth://steam/b?secret={secret}"), "URI list", "-"),
        (format!("otpauth://totp/Steam:me?secret={secret}&issuer=Steam"), "URI list", "me"),
        (format!("name,user,totp\n,me,steam://{secret}"), "CSV", "me"),
        (format!("name,user,totp\nSteam,me,{secret}"), "CSV", "me"),
        (
            format!(r#"[{{"secret": "{secret}", "type": "TOTP", "label": "Steam - me"}}]"#),
            "andOTP",
            "me",
        ),
    ] {
        let mut expected = format!("{format}, asked 0\n{}", steam(account));
        if text.contains("steam/b") {
            expected += &steam("b");
        }
        assert_eq!(report_of(text.as_bytes(), ""), expected, "{text}");
    }
    let game = "not a format that mfa can import\n";
    assert_eq!(report_of(b"steam://run/440", ""), game, "a URI that starts a game");
}

#[test]
fn codes_by_counter_without_a_counter_are_refused_whatever_the_app() {
    let uri =
        |account: &str| format!("otpauth://hotp/A:{account}?secret=GEZDGNBVGY3TQOJQ&issuer=A");
    let why = "the counter is missing, or no number below 2^64";
    let missing = format!("URI list, asked 0\nrefused A:b: {why}\n");
    assert_eq!(report_of(uri("b").as_bytes(), ""), missing);

    let entry = |counter: &str| {
        format!(r#"{{"secret": "GEZDGNBVGY3TQOJQ", "type": "HOTP", "issuer": "A"{counter}}}"#)
    };
    let counters = ["", ", null", ", -1", ", 1.5", r#", """#, ", {}"];
    let entries = counters.map(|counter| entry(&counter.replace(", ", r#", "counter": "#)));
    let refused = format!("refused A: {why}\n").repeat(counters.len());
    assert_eq!(
        report_of(format!("[{}]", entries.join(",")).as_bytes(), ""),
        format!("andOTP, asked 0\n{refused}")
    );
}

#[test]
fn what_stands_in_the_place_of_a_counter_costs_no_entry_by_the_clock() {
    for counter in ["null", "-1", r#""""#, "{}"] {
        let entry = format!(
            r#"[{{"secret": "GEZDGNBVGY3TQOJQ", "type": "TOTP", "issuer": "A", "counter": {counter}}}]"#
        );
        let report = report_of(entry.as_bytes(), "");
        assert_eq!(report, "andOTP, asked 0\nA | - | SHA1 6 30 | 31323334353637383930\n");
    }
}

#[test]
fn freeotp_begins_at_0_what_it_keeps_as_minus_1() {
    for (counter, next) in [(-1, 0), (0, 0), (7, 7)] {
        let tokens = format!(
            r#"{{"tokens": [{{"secret": [49, 50, 51, 52, 53, 54, 55, 56, 57, 48], "type": "HOTP",
                "label": "a", "counter": {counter}}}]}}"#
        );
        assert_eq!(
            report_of(tokens.as_bytes(), ""),
            format!("FreeOTP+, asked 0\n- | a | hotp SHA1 6 from {next} | 31323334353637383930\n")
        );
    }
}

#[test]
fn a_text_in_utf_16_with_its_mark_is_read_like_another() {
    let text = String::from_utf8(sample("uris.txt")).unwrap();
    let units = || ["\u{feff}", &text].concat().encode_utf16().collect::<Vec<_>>();
    let little: Vec<u8> = units().into_iter().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().into_iter().flat_map(u16::to_be_bytes).collect();
    for bytes in [&little, &big] {
        assert_eq!(report_of(bytes, ""), report("uris.txt"));
    }
    assert_eq!(report_of(&little[..little.len() - 1], ""), "not a format that mfa can import\n");
}

#[test]
fn migration_uris_are_read_in_both_alphabets_and_a_missing_part_is_told() {
    assert_eq!(
        report("migration.txt"),
        [
            "URI list, asked 0\n",
            ALICE,
            &BOB.replace("8 60", "8 30"),
            &CAROL.replace("7 30", "6 30"),
            DAVE,
            "refused md5: the algorithm is 'MD5', not SHA1, SHA256 or SHA512\n",
            "refused digits: unknown number of digits 3\n",
            GRACE,
            "- | \u{fffd} | SHA1 6 30 | 8d8e8f909192939495969798999a9b9c9d9e9fa0\n",
            "refused line 4: the migration URI is damaged\n",
            "refused line 5: the migration URI is damaged\n",
            "note: part 2 of an export in 3 parts is missing\n",
        ]
        .concat()
    );
}

#[test]
fn a_migration_uri_must_have_its_data_once() {
    let refused =
        "URI list, asked 0\nrefused line 1: the migration URI does not have one parameter 'data'\n";
    for query in ["", "?", "?x=CgA", "?data=CgA&data=CgA"] {
        let uri = format!("otpauth-migration://offline{query}");
        assert_eq!(report_of(uri.as_bytes(), ""), refused, "{uri}");
    }
}

#[test]
fn the_files_of_two_pam_modules_hold_no_issuer() {
    assert_eq!(
        report("google_authenticator"),
        "google-authenticator, asked 0\n\
         - | - | SHA1 6 60 | 0102030405060708090a0b0c0d0e0f1011121314\n\
         note: 2 scratch codes stay behind\n"
    );
    assert_eq!(
        report("google_authenticator_hotp"),
        "google-authenticator, asked 0\n\
         - | - | hotp SHA1 6 from 5 | 0102030405060708090a0b0c0d0e0f1011121314\n\
         note: one scratch code stays behind\n"
    );
    assert_eq!(
        report("users.oath"),
        "users.oath, asked 0\n\
         - | alice | SHA1 6 30 | 0102030405060708090a0b0c0d0e0f1011121314\n\
         - | bob | SHA1 6 60 | 1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e\n\
         - | carol | hotp SHA1 6 from 0 | 4748494a4b4c4d4e4f50\n\
         - | dave | hotp SHA1 8 from 5 | 5b5c5d5e5f606162636465666768696a6b6c6d6e\n\
         - | dave | hotp SHA1 6 from 6 | 5b5c5d5e5f606162636465666768696a6b6c6d6e\n\
         refused dave: the counter is missing, or no number below 2^64\n\
         skipped eve: codes of the kind 'MOTP' are not supported\n\
         refused heidi: the number of digits is '9', not 6, 7 or 8\n\
         refused grace: the secret has 32 bits, fewer than 80\n\
         refused ivan: the secret is not hexadecimal\n\
         refused line 13: fewer than four fields\n\
         note: the PIN of bob stays behind\n"
    );
}

#[test]
fn a_folder_of_mfa_py_keeps_its_apps_names() {
    let import = mfa::transfer::import::mfa_py([
        ("a:b", &b"GEZDGNBVGY3TQOJQ\n"[..]),
        ("-rf", b"GEZDGNBVGY3TQOJQ"),
        ("short", b"GEZDGNBV"),
        ("damaged", b"no base32!"),
    ])
    .unwrap();
    assert_eq!(
        lines(&import),
        "a:b | - | SHA1 6 30 | 31323334353637383930\n\
         refused -rf: '-rf' begins with '.' or '-'\n\
         refused short: the secret has 40 bits, fewer than 80\n\
         refused damaged: the secret is not base32\n"
    );
    let mfa::transfer::import::Found::Entry(entry) = &import.found[0] else { panic!() };
    assert_eq!(entry.app.as_ref().unwrap().as_str(), "a:b");
}

#[test]
fn a_folder_of_which_most_files_are_no_secrets_is_none_of_mfa_py() {
    let read = |files: &[(&'static str, &'static str)]| {
        let files = files.iter().map(|(name, contents)| (*name, contents.as_bytes()));
        mfa::transfer::import::mfa_py(files)
            .map_or_else(|error| error.to_string(), |import| lines(&import))
    };
    let other = "it is not a folder of mfa.py";
    let secret = ("Corp", "GEZDGNBVGY3TQOJQ");
    assert_eq!(read(&[("aegis.json", r#"{"version": 1}"#)]), other);
    assert_eq!(read(&[secret, ("empty", ""), ("hosts", "127.0.0.1 localhost")]), other);
    assert_eq!(
        read(&[secret, ("Bank", "")]),
        "Corp | - | SHA1 6 30 | 31323334353637383930\nrefused Bank: the secret is empty\n"
    );
    assert_eq!(read(&[]), "");
}

#[test]
fn a_wrong_password_is_told_from_a_damaged_file() {
    for (name, format) in [
        ("aegis_encrypted.json", "Aegis"),
        ("2fas_encrypted.2fas", "2FAS"),
        ("andotp_encrypted.bin", "andOTP"),
        ("bitwarden_pbkdf2.json", "Bitwarden"),
        ("bitwarden_argon2.json", "Bitwarden"),
        ("ente_encrypted.json", "Ente Auth"),
        ("proton_encrypted.json", "Proton Authenticator"),
        ("stratum_encrypted.bin", "Stratum"),
        ("stratum_encrypted_old.bin", "Stratum"),
    ] {
        let message = format!("the {format} file does not open with this password\n");
        assert_eq!(report_of(&sample(name), "wrong"), message, "{name}");
    }
    // The Aegis vault's slot for another password opens as well.
    assert!(report_of(&sample("aegis_encrypted.json"), "another").ends_with(IVAN));
}
