use std::fs;
use std::path::{Component, Path};

use mfa::domain::{Account, AppName, Enrolment, Totp};
use mfa::store::{Existing, Folder, Store};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::cases;
use crate::common::codes::{SECRET, secret};

/// Generates texts that are valid names about half of the time, often with what would leave a
/// folder.
fn texts() -> impl Strategy<Value = String> {
    let hostile = "./\\-:~ \0\n\u{202e}\u{301}é字😀*?'\"$`|%".chars().collect::<Vec<_>>();
    let letter = prop_oneof![
        4 => proptest::char::range('a', 'z'),
        2 => proptest::sample::select(hostile),
        1 => any::<char>(),
    ];
    prop_oneof![
        proptest::collection::vec(letter, 0..12).prop_map(|text| text.into_iter().collect()),
        any::<String>(),
        "[a-zé]{100,140}",
    ]
}

fn enrolment(app: &AppName) -> Enrolment {
    Enrolment {
        secret: secret(SECRET),
        account: Account::new(app.into(), None, Totp::default(), None),
    }
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn any_text_that_is_a_name_is_one_ordinary_part_of_a_path(text in texts()) {
        let Ok(app) = text.parse::<AppName>() else { return Ok(()) };
        prop_assert_eq!(app.as_str(), &text);
        let parts: Vec<_> = Path::new(&text).components().collect();
        prop_assert_eq!(parts, [Component::Normal(text.as_ref())]);
        prop_assert!((1..=128).contains(&text.len()) && !text.starts_with(['.', '-']));
        prop_assert!(!text.chars().any(char::is_control));
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_name_comes_back_from_the_store_and_stays_inside_it(texts in proptest::collection::vec(texts(), 1..6)) {
        let outside = TempDir::new().unwrap();
        let path = outside.path().join("store");
        let store = Folder::new(&path);
        let mut names: Vec<AppName> = texts.iter().filter_map(|text| text.parse().ok()).collect();
        names.sort_unstable();
        names.dedup();
        for name in &names {
            store.enrol_with_image(name, &enrolment(name), Some(b"image"), Existing::Keep).unwrap();
        }
        prop_assert_eq!(store.apps().unwrap(), names.clone());
        for name in &names {
            let found = store.get(name).unwrap();
            prop_assert_eq!(found.account, enrolment(name).account);
            prop_assert_eq!(fs::read(store.image(name)).unwrap(), b"image");
        }
        let count = |folder: &Path| fs::read_dir(folder).map_or(0, Iterator::count);
        for folder in ["secrets", "state", "img"] {
            prop_assert_eq!(count(&path.join(folder)), names.len());
        }
        // The three folders, and the lock.
        prop_assert_eq!(count(&path), if names.is_empty() { 0 } else { 4 });
        prop_assert_eq!(count(outside.path()), usize::from(!names.is_empty()));
        for name in &names {
            store.remove(name).unwrap();
        }
        prop_assert_eq!(store.apps().unwrap(), []);
    }
}
