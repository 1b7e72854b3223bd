//! Files of tokens that were made to do harm, damaged ones, and those of another key: one line of
//! error each.

#![cfg(test)]

mod import_report;

use import_report::{report, report_of, report_with_key, sample};
use mfa::transfer::import::read;

/// The key of `pskc_key.xml`.
const KEY: &str = "000102030405060708090a0b0c0d0e0f1011121314151617";

/// Where the MAC of each sealed value, or what is sealed, begins in `pskc_password.xml`.
const MAC: &str = "<pskc:ValueMAC>";
const SEALED: &str = "<xenc:CipherValue>";

fn password() -> String {
    String::from_utf8(sample("pskc_password.xml")).unwrap()
}

/// Reads the sample with a change, which must be one.
fn changed(from: &str, to: &str) -> String {
    let text = password();
    assert!(text.contains(from), "{from}");
    report_of(text.replacen(from, to, 1).as_bytes(), "correct horse")
}

/// Removes what an element has in it, and returns that.
fn emptied(text: &str, start: &str, nth: usize) -> (String, String) {
    let (begin, _) = text.match_indices(start).nth(nth).unwrap();
    let begin = begin + start.len();
    let end = begin + text[begin..].find('<').unwrap();
    ([&text[..begin], &text[end..]].concat(), text[begin..end].to_owned())
}

fn cannot(why: &str) -> String {
    format!("the PSKC file can't be read: {why}\n")
}

#[test]
fn a_wrong_password_or_key_opens_nothing() {
    let wrong = "the PSKC file does not open with this password\n";
    assert_eq!(report_of(password().as_bytes(), "wrong"), wrong);
    let file = sample("pskc_key.xml");
    // One wrong key in sixteen leaves padding that looks right.
    for last in 0x18..0x58 {
        let key = format!("{}{last:x}", &KEY[..46]);
        let wrong = "the PSKC file does not open with this key\n";
        assert_eq!(report_with_key(&file, &key), wrong, "{last}");
    }
}

#[test]
fn a_key_that_cannot_be_one_is_told_from_a_wrong_one() {
    let file = sample("pskc_key.xml");
    let length = "the key has 16 bytes, and aes192-cbc takes 24\n";
    assert_eq!(report_with_key(&file, &KEY[..32]), length);
    assert_eq!(report_with_key(&file, ""), length.replace("16", "0"));
    for key in ["0", "key", "0x0", "00.00", "0000x0"] {
        assert_eq!(report_with_key(&file, key), "the key is not hexadecimal\n", "{key}");
    }
    let with_password = cannot("it is encrypted with a password, not with a key");
    assert_eq!(report_with_key(password().as_bytes(), KEY), with_password);
    assert_eq!(report_with_key(b"hello", KEY), "not a format that mfa can import\n");
}

#[test]
fn no_method_of_macs_is_told_before_a_password_is_asked_for() {
    let (before, rest) = (password(), password());
    let (start, end) = (before.find("<pskc:MACMethod").unwrap(), rest.find("<pskc:KeyP").unwrap());
    let without = [&before[..start], &rest[end..]].concat();
    let error = read(without.as_bytes(), &mut || panic!()).unwrap_err();
    assert_eq!(format!("{error}\n"), cannot("it is encrypted without a MAC"));
}

#[test]
fn a_value_whose_mac_is_missing_or_wrong_is_refused_alone() {
    let other = report("pskc_password.xml").lines().skip(2).collect::<String>();
    let told = |text: &str| report_of(text.as_bytes(), "correct horse");
    let without = password().replacen(MAC, "<pskc:Other>", 1).replacen("ValueMAC>", "Other>", 1);
    let none = "refused H1: it is encrypted without a MAC";
    assert_eq!(told(&without), format!("PSKC, asked 1\n{none}\n{other}\n"));

    for mac in ["", "  ", "\n"] {
        let (empty, _) = emptied(&password(), MAC, 0);
        let text = empty.replacen(MAC, &format!("{MAC}{mac}"), 1);
        assert_eq!(told(&text), format!("PSKC, asked 1\n{none}\n{other}\n"), "{mac:?}");
    }

    let wrong = "refused H1: its MAC is wrong: it was changed, or sealed with another key";
    let (_, mac) = emptied(&password(), MAC, 0);
    let (_, sealed) = emptied(&password(), SEALED, 1);
    for part in [mac, sealed] {
        let text = password().replace(&part, &part.replacen(&part[5..6], "/", 1));
        assert_eq!(told(&text), format!("PSKC, asked 1\n{wrong}\n{other}\n"));
    }
}

#[test]
fn ciphertext_that_is_cut_is_refused_before_its_mac_is_looked_at() {
    let other = report("pskc_password.xml").lines().skip(2).collect::<String>();
    let cut = "refused H1: its ciphertext is cut, or lacks an initialisation vector";
    let (empty, _) = emptied(&password(), SEALED, 1);
    for sealed in ["", "AAAA", "AAECAwQFBgcICQoLDA0ODw=="] {
        let text = empty.replacen(&format!("{SEALED}<"), &format!("{SEALED}{sealed}<"), 1);
        let report = report_of(text.as_bytes(), "correct horse");
        assert_eq!(report, format!("PSKC, asked 1\n{cut}\n{other}\n"), "{sealed}");
    }
    let (empty, _) = emptied(&password(), SEALED, 0);
    for (sealed, why) in [(String::new(), "cut"), ("AAAA".repeat(352), "longer than 1 KiB")] {
        let text = empty.replacen(&format!("{SEALED}<"), &format!("{SEALED}{sealed}<"), 1);
        let damaged = format!("the PSKC file is damaged: its MAC key is {why}\n");
        assert_eq!(report_of(text.as_bytes(), "correct horse"), damaged);
    }
}

#[test]
fn parameters_that_would_take_all_time_or_that_mfa_lacks_are_refused() {
    for (from, to, why) in [
        (">1000<", ">1000000000<", "PBKDF2 with 1000000000 iterations"),
        (">1000<", ">0<", "PBKDF2 with 0 iterations"),
        (">16</KeyL", ">33</KeyL", "its key is longer than 32 bytes"),
        (">16</KeyL", ">24</KeyL", "the key has 24 bytes, and aes128-cbc takes 16"),
        ("<PRF/>", "<PRF Algorithm='#hmac-md5'/>", "the algorithm 'hmac-md5' is not supported"),
        ("#pbkdf2", "#scrypt", "the key derivation 'scrypt' is not supported"),
        ("#hmac-sha1", "#hmac-md5", "the algorithm 'hmac-md5' is not supported"),
    ] {
        assert_eq!(changed(from, to), cannot(why), "{to}");
    }
    let cipher = password().replace("#aes128-cbc", "#tripledes-cbc");
    let lacks = cannot("the cipher 'tripledes-cbc' is not supported");
    assert_eq!(report_of(cipher.as_bytes(), "correct horse"), lacks);
    let damaged = |what: &str| format!("the PSKC file is damaged: {what} is missing or wrong\n");
    assert_eq!(changed(">1000<", "><"), damaged("its number of iterations"));
    assert_eq!(changed(">16</KeyL", ">x</KeyL"), damaged("the length of its key"));
    assert_eq!(changed("c2FsdHNhbHQ=", "#"), damaged("its salt"));
    let certificate = cannot("the method of encryption 'X509Data' is not supported");
    let file = String::from_utf8(sample("pskc_key.xml")).unwrap();
    let file = file.replace("<ds:KeyName>ours</ds:KeyName>", "<ds:X509Data/>");
    assert_eq!(report_of(file.as_bytes(), ""), certificate);
    let draft = "<KeyContainer><Device><Key/></Device></KeyContainer>";
    let older = cannot("it is of a draft from before RFC 6030");
    assert_eq!(report_of(draft.as_bytes(), ""), older);
}

#[test]
fn a_document_type_is_refused_whatever_it_declares() {
    for (root, format) in [("KeyContainer", "PSKC"), ("Tokens", "SafeNet XML")] {
        for declared in ["", "<!ENTITY b \"&a;&a;\">", "<!ENTITY b SYSTEM \"/etc/passwd\">"] {
            let bomb = format!("<!DOCTYPE x [{declared}]><{root}>&b;</{root}>");
            let refused = format!("the {format} file is damaged: it has a document type\n");
            assert_eq!(report_of(bomb.as_bytes(), ""), refused, "{declared}");
        }
    }
}

#[test]
fn a_file_of_any_shape_is_read_in_one_pass() {
    let filled = |start: &str, repeated: &str, end: &str| {
        [start, &repeated.repeat(2_000_000 / repeated.len()), end].concat()
    };
    let long = "a".repeat(1_000_000);
    let (start, end) = ("<KeyContainer>", "</KeyContainer>");
    let package = "<KeyContainer><KeyPackage><Key ";
    for (text, report) in [
        (filled(&format!("{start}<{long}>"), "<b/>", &format!("</{long}>{end}")), ""),
        (
            filled(package, "Id='1' ", "/></KeyPackage></KeyContainer>"),
            "refused 1: it does not say how its codes are made\n",
        ),
        (
            filled("<KeyContainer><Data>", "<PlainValue>1</PlainValue>", "</Data></KeyContainer>"),
            "",
        ),
    ] {
        let expected = format!("PSKC, asked 0\n{report}");
        assert_eq!(report_of(text.as_bytes(), ""), expected, "{}", &text[..60]);
    }
}

#[test]
fn a_file_holds_a_hundred_thousand_tokens_and_no_more() {
    let many = |start: &str, token: &str, end: &str| [start, &token.repeat(100_001), end].concat();
    for text in [
        many("<KeyContainer>", "<KeyPackage/>", "</KeyContainer>"),
        many("<Tokens>", "<Token/>", "</Tokens>"),
        many("serial number,secret key\n", "a,\n", ""),
        many("A,0102030405060708090a\n", "a\n", ""),
        many("Yubico OTP,\n", "a\n", ""),
    ] {
        let refused = "the file holds more than 100000 entries\n";
        assert_eq!(report_of(text.as_bytes(), ""), refused, "{}", &text[..20]);
    }
}
