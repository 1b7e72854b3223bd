//! Files of tokens that may have been put in the place of others, or can be read in two ways.

#![cfg(test)]

mod import_report;

use import_report::{report_of, report_with_key, sample};

/// The key of `pskc_key.xml`.
const KEY: &str = "000102030405060708090a0b0c0d0e0f1011121314151617";

const PLAIN: &str = "<pskc:PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</pskc:PlainValue>";
const SECRET: &str = "<Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret>";

/// Writes a container of one token with this data, and elements before and after it.
fn container(before: &str, data: &str, after: &str) -> String {
    let key = format!("<Key Id='A' Algorithm='hotp'><Data>{data}</Data></Key>");
    format!("<KeyContainer>{before}<KeyPackage>{key}</KeyPackage>{after}</KeyContainer>")
}

fn text(name: &str) -> String {
    String::from_utf8(sample(name)).unwrap()
}

/// Cuts from the first of one text to the end of the next of another.
fn cut(text: &str, from: &str, to: &str) -> (String, String, String) {
    let start = text.find(from).unwrap();
    let end = start + text[start..].find(to).unwrap() + to.len();
    (text[..start].into(), text[start..end].into(), text[end..].into())
}

#[test]
fn a_plain_secret_in_a_file_that_names_a_key_is_refused() {
    let sealed = text("pskc_key.xml");
    let (before, encrypted, after) = cut(&sealed, "<pskc:EncryptedValue>", "</pskc:ValueMAC>");
    let other = report_with_key(sealed.as_bytes(), KEY).lines().nth(1).unwrap().to_owned();
    let told = |secret: &str| report_with_key([&before, secret, &after].concat().as_bytes(), KEY);
    let plain = "it is not encrypted, though the file names a key";
    assert_eq!(told(PLAIN), format!("refused H1: {plain}\n{other}\n"));
    for beside in [[PLAIN, &encrypted], [&encrypted, PLAIN]] {
        assert_eq!(told(&beside.concat()), format!("refused H1: {plain}\n{other}\n"));
    }
}

#[test]
fn a_file_that_names_a_key_brings_nothing_plain_wherever_it_names_it() {
    for element in ["<EncryptionKey/>", "<MACMethod/>"] {
        let named = container(element, SECRET, "");
        let plain = "refused A: it is not encrypted, though the file names a key\n";
        assert_eq!(report_of(named.as_bytes(), ""), format!("PSKC, asked 0\n{plain}"));
        let late = "the PSKC file is damaged: it names its key after its secrets\n";
        assert_eq!(report_of(container("", SECRET, element).as_bytes(), ""), late);
    }
}

#[test]
fn two_values_of_one_thing_are_ambiguous() {
    let other = "<PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTE=</PlainValue></Secret>";
    let counters = "<Counter><PlainValue>1</PlainValue><PlainValue>2</PlainValue></Counter>";
    let counter = "<Counter><PlainValue>1</PlainValue></Counter>";
    let (twice, two) = ("a part of its data is there twice", "a part of its data has two values");
    for (data, why) in [
        ([SECRET, "<Secret>", other].concat(), twice),
        ([SECRET, counter, counter].concat(), twice),
        (SECRET.replace("</Secret>", other), two),
        ([SECRET, counters].concat(), two),
    ] {
        let expected = format!("PSKC, asked 0\nrefused A: {why}\n");
        assert_eq!(report_of(container("", &data, "").as_bytes(), ""), expected, "{data}");
    }
    let seed = "<Seed>0102030405060708090a</Seed><MovingFactor>1</MovingFactor>";
    let one = &*format!("<Application>{seed}</Application>");
    let (seed, counter) = seed.split_at(seed.find("<M").unwrap());
    for token in [[one, one], [one, seed], [one, counter]].map(|parts| parts.concat()) {
        let text = format!("<Tokens><Token serial='A'>{token}</Token></Tokens>");
        let expected = "SafeNet XML, asked 0\nrefused A: it has two seeds or counters\n";
        assert_eq!(report_of(text.as_bytes(), ""), expected, "{token}");
    }
}

#[test]
fn a_policy_that_does_not_allow_codes_or_is_not_understood_forbids_them() {
    for (policy, why) in [
        ("<KeyUsage>CR</KeyUsage>", "its policy allows no one-time passwords"),
        ("<Moon>full</Moon>", "its policy has 'Moon', which mfa does not know"),
    ] {
        let data = format!("{SECRET}</Data><Policy>{policy}</Policy><Data>");
        let expected = format!("PSKC, asked 0\nrefused A: {why}\n");
        assert_eq!(report_of(container("", &data, "").as_bytes(), ""), expected);
    }
}

#[test]
fn no_report_repeats_what_may_be_a_key() {
    for key in ["GEZDGNBVGY3TQOJQ", "gezd-gnbv gy3tqojq", "0102030405060708090a"] {
        let base32 = "the secret is not base32";
        let kind = "it does not say how its codes are made";
        let entra = |account: &str| format!("serial number,secret key,upn\n{key},6023,{account}\n");
        let pskc =
            format!("<KeyContainer><KeyPackage><Key Id='{key}'/></KeyPackage></KeyContainer>");
        let safenet = format!("<Tokens><Token serial='{key}'><Seed>x</Seed></Token></Tokens>");
        for (text, format, what, why) in [
            (entra("alice"), "Entra CSV", "alice", base32),
            (entra(""), "Entra CSV", "entry 1", base32),
            (entra(key), "Entra CSV", "entry 1", base32),
            (pskc, "PSKC", "entry 1", kind),
            (safenet, "SafeNet XML", "entry 1", "the secret is not hexadecimal"),
        ] {
            let expected = format!("{format}, asked 0\nrefused {what}: {why}\n");
            assert_eq!(report_of(text.as_bytes(), ""), expected);
        }
        let table = format!("A,0102030405060708090a0b0c0d0e0f10,ocra\n{key},xyz\n");
        let expected = "token CSV, asked 0\n\
                        skipped A: codes of the kind 'ocra' are not supported\n\
                        refused entry 2: the secret is not hexadecimal\n";
        assert_eq!(report_of(table.as_bytes(), ""), expected);
    }
}

#[test]
fn a_key_for_a_plain_file_is_an_error() {
    let unused = "the PSKC file is not encrypted: the key or password was not used\n";
    assert_eq!(report_with_key(&sample("pskc.xml"), KEY), unused);
}
