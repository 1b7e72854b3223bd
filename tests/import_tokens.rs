//! The tokens of each vendor's file; `tests/data/import/make.py` shows what is in it.

mod import_report;

use import_report::{report, report_of, report_with_key, sample};

/// The secrets of most samples.
const ONE: &str = "0102030405060708090a0b0c0d0e0f1011121314";
const TWO: &str = "1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e";
const THREE: &str = "5b5c5d5e5f606162636465666768696a6b6c6d6e";
const FOUR: &str = "797a7b7c7d7e7f808182838485868788";

/// The key of `pskc_key.xml`.
const KEY: &str = "000102030405060708090A0B0C0D0E0F1011121314151617";

#[test]
fn a_plain_pskc_file_is_judged_token_by_token() {
    let entries = format!(
        "Tokens & Co | alice | hotp SHA1 6 from 7 hardware H1 | {ONE}\n\
         Tokens & Co | - | SHA256 8 60 hardware T2 drift -3 | {TWO}\n\
         Tokens & Co | - | SHA1 6 30 hardware T3 | {THREE}\n\
         Tokens & Co | - | hotp SHA1 6 from 0 hardware H4 | {FOUR}\n"
    );
    let others = "skipped P5: codes of the kind 'pin' are not supported\n\
                  skipped O6: codes of the kind 'ocra' are not supported\n\
                  refused S7: the secret has 40 bits, fewer than 80\n\
                  refused L8: the number of digits is '9', not 6, 7 or 8\n\
                  refused C9: its codes have a check digit\n\
                  refused D10: its drift is not a number of 50 steps at most\n\
                  refused N11: its counter or period is not a number\n\
                  refused E12: it has no key\n";
    let notes = "note: T3 is valid from 2020-01-01T00:00:00Z\n\
                 note: T3 expires at 2030-01-01T00:00:00Z\n\
                 note: the PIN policy of T3 stays behind\n\
                 note: H4 has no counter, and begins at 0\n";
    assert_eq!(report("pskc.xml"), ["PSKC, asked 0\n", &entries, others, notes].concat());
}

#[test]
fn an_encrypted_pskc_file_opens_with_its_password_or_its_key() {
    let entries = format!(
        "Tokens & Co | - | hotp SHA1 6 from 256 hardware H1 | {ONE}\n\
         Tokens & Co | - | SHA1 6 30 hardware T2 | {TWO}\n"
    );
    assert_eq!(report("pskc_password.xml"), format!("PSKC, asked 1\n{entries}"));
    assert_eq!(report_with_key(&sample("pskc_key.xml"), KEY), entries);
    let pairs: Vec<_> = (0..KEY.len()).step_by(2).map(|at| &KEY[at..at + 2]).collect();
    let grouped = [" ", ":", "-"].map(|between| pairs.join(between));
    let begun = ["0x", "0X", "\u{feff}", "\u{feff}0x"].map(|start| format!("{start}{KEY}"));
    for key in grouped.into_iter().chain(begun).chain([format!(" {} ", KEY.to_lowercase())]) {
        assert_eq!(report_with_key(&sample("pskc_key.xml"), &key), entries, "{key}");
    }
}

#[test]
fn a_pskc_file_is_read_as_far_as_it_is_understood() {
    let text = String::from_utf8(sample("pskc.xml")).unwrap();
    let plain = report("pskc.xml");
    for (from, to) in [("pskc:hotp", "pskc#hotp"), ("keyprov:pskc:totp", "keyprov:pskc:TOTP")] {
        assert_eq!(report_of(text.replace(from, to).as_bytes(), ""), plain, "{to}");
    }
    let unstated = text.replace(" Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:hotp\"", "");
    let refused = "refused H1: it does not say how its codes are made\n";
    assert!(report_of(unstated.as_bytes(), "").contains(refused));
    let more = text.replace("<pskc:Time>", "<pskc:Other/><pskc:Time>");
    assert_eq!(report_of(more.as_bytes(), ""), plain, "what is unknown is ignored");
    let policy = |elements: &str| {
        let start = "<pskc:StartDate>2020-01-01T00:00:00Z</pskc:StartDate>";
        report_of(text.replace(start, elements).as_bytes(), "")
    };
    let started = plain.replace("note: T3 is valid from 2020-01-01T00:00:00Z\n", "");
    assert_eq!(policy("<KeyUsage>CR</KeyUsage><KeyUsage>OTP</KeyUsage>"), started);
    let uses = "note: T3 is meant to be used no more often than 5\nnote: the PIN";
    let limited = policy("<NumberOfTransactions>5</NumberOfTransactions>");
    assert_eq!(limited, started.replace("note: the PIN", uses));
    let signature = "<ds:Signature><ds:SignatureValue/></ds:Signature></pskc:KeyContainer>";
    let signed = text.replace("</pskc:KeyContainer>", signature);
    let note = "note: the signature of the file is not checked\n";
    assert_eq!(report_of(signed.as_bytes(), ""), [&plain, note].concat());
    let hexadecimal = text.replace("DECIMAL", "HEXADECIMAL");
    let refused = "refused H1: its codes are 'HEXADECIMAL', not DECIMAL\n";
    assert!(report_of(hexadecimal.as_bytes(), "").contains(refused));
}

#[test]
fn the_table_of_entra_names_the_user_and_the_manufacturer() {
    assert_eq!(
        report("entra.csv"),
        format!(
            "Entra CSV, asked 0\n\
             Tokens Inc | alice@example.com | SHA1 6 60 hardware 1001 | {ONE}\n\
             Tokens Inc | - | SHA1 6 30 hardware 1002 | {THREE}\n\
             1003 | bob@example.com | SHA1 6 30 hardware 1003 | {FOUR}\n\
             refused 1004: the secret has 40 bits, fewer than 80\n\
             refused 1005: the secret is not base32\n\
             refused 1006: its time interval is not a number\n"
        )
    );
    let columns = "Manufacturer,Serial Number,TimeInterval,Secret Key\nM,1,60,GEZDGNBVGY3TQOJQ\n";
    let entry = "Entra CSV, asked 0\nM | - | SHA1 6 60 hardware 1 | 31323334353637383930\n";
    assert_eq!(report_of(columns.as_bytes(), ""), entry, "in another order and spelling");
}

#[test]
fn a_table_without_columns_is_hexadecimal_or_base32_as_a_whole() {
    assert_eq!(
        report("oath_tokens.csv"),
        format!(
            "token CSV, asked 0\n\
             A1 | - | hotp SHA1 6 from 0 hardware A1 | {ONE}\n\
             A2 | - | hotp SHA1 8 from 5 hardware A2 | {THREE}\n\
             A3 | - | SHA1 6 30 hardware A3 | {FOUR}\n\
             A4 | - | SHA256 8 60 hardware A4 | {TWO}\n\
             skipped A5: codes of the kind 'ocra' are not supported\n\
             refused A6: the secret has 40 bits, fewer than 80\n\
             refused A7: the secret is not hexadecimal\n\
             refused A8: its digits, counter or period are not a number\n\
             refused A9: the secret is empty\n\
             note: A1 has no counter, and begins at 0\n"
        )
    );
    assert_eq!(
        report("oath_tokens_base32.csv"),
        format!(
            "token CSV, asked 0\n\
             A1 | - | hotp SHA1 6 from 0 hardware A1 | {ONE}\n\
             A2 | - | SHA1 6 30 hardware A2 | {THREE}\n\
             refused A3: the secret is not base32\n\
             note: A1 has no counter, and begins at 0\n"
        )
    );
    // Either of these alone may be both; the key beside it decides.
    let twofold = "ABCDEF234567ABCDEF234567ABCDEF23";
    let entry =
        |secret: &str| format!("token CSV, asked 0\nA | - | SHA1 6 30 hardware A | {secret}\n");
    let hex = twofold.to_lowercase();
    assert_eq!(report_of(format!("A,{twofold},totp\n").as_bytes(), ""), entry(&hex));
    let other = |key: &str| report_of(format!("A,{twofold},totp\nB,{key}\n").as_bytes(), "");
    assert!(other("0102030405060708090a").starts_with(&entry(&hex)));
    let base32 = "004432175be77df004432175be77df004432175b";
    assert!(other("GEZDGNBVGY3TQOJQ").starts_with(&entry(base32)));
    let mixed = "A,GEZDGNBVGY3TQOJQ\nB,0102030405060708090a\n";
    let both =
        "the token CSV file is damaged: some of its keys are hexadecimal and some are base32\n";
    assert_eq!(report_of(mixed.as_bytes(), ""), both);
}

#[test]
fn the_logs_of_yubico_tell_which_key_types_an_identifier() {
    let assumed = "note: where the log names no digits, the codes are taken to have 6\n";
    assert_eq!(
        report("yubico_traditional.csv"),
        format!(
            "Yubico log, asked 0\n\
             Yubico | - | hotp SHA1 8 from 16 after an identifier hardware ubhe01234567 | {ONE}\n\
             Yubico | - | hotp SHA1 6 from 0 hardware Yubico 3 | {THREE}\n\
             skipped line 4: codes of the kind 'Yubico OTP' are not supported\n\
             refused cccccccccccc: the secret is not hexadecimal\n\
             refused line 7: it is no line of such a log\n"
        )
    );
    assert_eq!(
        report("yubico.csv"),
        format!(
            "Yubico log, asked 0\n\
             Yubico | - | hotp SHA1 6 from 0 hardware 508326 | {ONE}\n\
             Yubico | - | hotp SHA1 6 from 32 after an identifier hardware 508327 | {THREE}\n\
             skipped 508328: codes of the kind 'Yubico OTP' are not supported\n\
             skipped 508329: codes of the kind 'Static Password' are not supported\n\
             note: 508326 may be set up for challenge-response: the log does not tell it apart\n\
             {assumed}"
        )
    );
    assert_eq!(
        report("yubico_flexible.csv"),
        format!(
            "Yubico log, asked 0\n\
             Yubico | - | hotp SHA1 6 from 0 after an identifier hardware cccccccccccc | {ONE}\n\
             {assumed}"
        )
    );
}

#[test]
fn the_seeds_of_safenet_come_in_with_their_counters() {
    assert_eq!(
        report("safenet.xml"),
        format!(
            "SafeNet XML, asked 0\n\
             S1 | - | hotp SHA1 6 from 7 hardware S1 | {ONE}\n\
             S2 | - | hotp SHA256 6 from 0 hardware S2 | {TWO}\n\
             refused S3: the secret has 24 bits, fewer than 80\n\
             refused S4: the counter is missing, or no number below 2^64\n\
             refused S5: the secret is not hexadecimal\n\
             - | - | hotp SHA1 6 from 1 hardware token 6 | {FOUR}\n\
             refused S7: the secret is empty\n"
        )
    );
    let bare = "<Tokens><Token serial='A'><Seed> 01020304 0506\n0708090A </Seed>\
                <MovingFactor>2</MovingFactor></Token></Tokens>";
    let entry = "A | - | hotp SHA1 6 from 2 hardware A | 0102030405060708090a\n";
    assert_eq!(report_of(bare.as_bytes(), ""), format!("SafeNet XML, asked 0\n{entry}"));
}

#[test]
fn a_table_may_be_one_that_a_spreadsheet_wrote() {
    let entra = "Serial Number,Secret Key,UPN\n1,GEZDGNBVGY3TQOJQ,alice\n";
    let one = "Entra CSV, asked 0\n1 | alice | SHA1 6 30 hardware 1 | 31323334353637383930\n";
    let other = entra.replace(',', ";");
    for text in [
        format!("\n,,\r\n# tokens \"of\n{entra}"),
        format!("sep=,\r\n{entra}"),
        format!("\u{feff}sep=;\n{other}"),
        other,
        entra.replace(',', "\t"),
        entra.replace('\n', "\r\n,,\r\n  \r\n# a \"comment\r\n"),
        entra.replace("GEZDGNBVGY3TQOJQ", "\"GEZD GNBV GY3T QOJQ\""),
    ] {
        assert_eq!(report_of(text.as_bytes(), ""), one, "{text}");
    }
    let plain = "A,0102030405060708090a0b0c0d0e0f1011121314,totp,8,60\n";
    let two = format!("token CSV, asked 0\nA | - | SHA1 8 60 hardware A | {ONE}\n");
    let quoted = plain.trim_end().replace(',', "\",\"");
    for text in [
        plain.replace(',', ";"),
        format!("\"{quoted}\"\n"),
        plain.replace(
            "0102030405060708090a0b0c0d0e0f1011121314",
            "01020304 05060708 090a0b0c 0d0e0f10 11121314",
        ),
        format!("serial,key,type,digits,period\n{plain}"),
        format!("Type;OTPKey;OtpLen;Serial;Counter;Period\ntotp;{ONE};8;A;;60\n"),
    ] {
        assert_eq!(report_of(text.as_bytes(), ""), two, "{text}");
    }
}

#[test]
fn a_table_of_entra_says_which_column_is_missing_or_not_understood() {
    let damaged =
        |name: &str| format!("the Entra CSV file is damaged: it has no column '{name}'\n");
    assert_eq!(report_of(b"upn,secret key,model\n", ""), damaged("serial number"));
    assert_eq!(report_of(b"upn,serial number\n", ""), damaged("secret key"));
    let hashed = |hash: &str| {
        let table = format!("serial number,secret key,Hash Function\n1,GEZDGNBVGY3TQOJQ,{hash}\n");
        report_of(table.as_bytes(), "")
    };
    let entry = |hash: &str| {
        format!("Entra CSV, asked 0\n1 | - | {hash} 6 30 hardware 1 | 31323334353637383930\n")
    };
    assert_eq!([hashed("sha-256"), hashed("")], [entry("SHA256"), entry("SHA1")]);
    let refused = "Entra CSV, asked 0\nrefused 1: ";
    assert_eq!(
        hashed("md5"),
        format!("{refused}the algorithm is 'md5', not SHA1, SHA256 or SHA512\n")
    );
    assert_eq!(
        hashed("GEZDGNBVGY3TQOJQ"),
        format!("{refused}its columns may be in another order\n")
    );
}

#[test]
fn a_token_of_steam_is_no_steam_guard() {
    let table = "serial number,secret key,manufacturer,upn\n1,GEZDGNBVGY3TQOJQ,Steam,Steam:eve\n";
    let entry = "Steam | Steam:eve | SHA1 6 30 hardware 1 | 31323334353637383930\n";
    assert_eq!(report_of(table.as_bytes(), ""), format!("Entra CSV, asked 0\n{entry}"));
}

#[test]
fn prose_tables_and_lists_of_uris_are_no_files_of_tokens() {
    let uri = "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ&issuer=A";
    let listed = "A | b | SHA1 6 30 | 31323334353637383930\n";
    let text = |text: &str| report_of(format!("{text}\n{uri}\n").as_bytes(), "");
    for line in ["Hello,internationalisation", "OATH-HOTP,1,2,3", "LOGGING START,now"] {
        assert_eq!(text(line), format!("URI list, asked 0\n{listed}"), "{line}");
    }
    let headers = ["name,user,totp", "name,authenticatorsecret", "a,FACE,hotp"];
    for text in headers.map(|header| format!("{header}\nA,GEZDGNBVGY3TQOJQ\n")) {
        assert!(!report_of(text.as_bytes(), "").starts_with("token CSV"), "{text}");
    }
    for line in ["serial,key", "hello, world", "a,b,c", "1,2", "OATH-HOTP", "Yubico OTP"] {
        assert_eq!(report_of(line.as_bytes(), ""), "not a format that mfa can import\n", "{line}");
    }
}
