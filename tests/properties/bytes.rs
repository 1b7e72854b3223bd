use mfa::domain::{Code, Secret};
use mfa::store::{Folder, Store, StoreError};
use proptest::prelude::*;

use crate::cases;
use crate::common::TempStore;
use crate::common::codes::SECRET;

const STATE: &str = r#"{"version":1,"issuer":"C","account":"n","algorithm":"SHA1","digits":6,"period":30,"created":1,"last_used":null,"last_step":null,"failures":0,"failed_at":null}"#;

/// Generates any bytes, and texts with base32 letters in them.
fn secrets() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[A-Za-z2-7 =\r\n01]{0,80}".prop_map(String::into_bytes),
    ]
}

/// Generates any bytes, and states with some of their bytes replaced or removed.
fn states() -> impl Strategy<Value = Vec<u8>> {
    let broken =
        (0..STATE.len(), 0..20_usize, "[0-9\"{}:,.a-z-]{0,12}").prop_map(|(at, length, put_in)| {
            let end = (at + length).min(STATE.len());
            [&STATE[..at], &put_in, &STATE[end..]].concat().into_bytes()
        });
    prop_oneof![broken, proptest::collection::vec(any::<u8>(), 0..200)]
}

fn open(store: &TempStore) -> Result<(), StoreError> {
    Folder::new(store.path()).get(&"C".parse().unwrap()).map(drop)
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn any_bytes_are_a_secret_or_none_and_what_is_one_reads_back(bytes in secrets()) {
        if let Ok(secret) = Secret::parse(&bytes) {
            let again = Secret::parse(secret.expose_base32().as_bytes()).unwrap();
            prop_assert_eq!(again.expose_bytes(), secret.expose_bytes());
            prop_assert!(secret.bits() >= 80);
        }
    }

    #[test]
    fn any_text_is_a_code_or_none(text in prop_oneof![any::<String>(), "[0-9 -]{0,12}"]) {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let well_formed = (6..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        prop_assert_eq!(text.parse::<Code>().is_ok(), well_formed);
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_bytes_in_a_secrets_place_are_read_or_damaged(bytes in secrets()) {
        let store = TempStore::with_secret("C", &bytes);
        let read = open(&store);
        prop_assert_eq!(read.is_ok(), Secret::parse(&bytes).is_ok());
        prop_assert!(matches!(read, Ok(()) | Err(StoreError::Damaged { .. })), "{:?}", read);
    }

    #[test]
    fn any_bytes_in_a_states_place_are_read_or_damaged(bytes in states()) {
        let store = TempStore::with_secret("C", SECRET);
        store.put("state/C.json", &bytes);
        let read = open(&store);
        prop_assert!(matches!(read, Ok(()) | Err(StoreError::Damaged { .. })), "{:?}", read);
    }
}
