use std::fs;

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::strace::{LACKS, Scene};
use crate::{NEW, files, let_in, next, of_app, used, used_code};

const FORCE: [&str; 7] = ["create", "-n", "me", "-i", "C", "--secret-stdin", "--force"];

/// Returns the image of a secret as this enrolment draws it.
fn image_of(secret: &str) -> Vec<u8> {
    let store = TempStore::new();
    assert_eq!(store.mfa(FORCE).fed(secret).said().status, Some(0));
    fs::read(store.at("img/C.png")).unwrap()
}

/// Asserts that the old app or the new one is there, and that its codes alone open; returns its
/// secret.
#[track_caller]
pub fn wholly_old_or_new(store: &TempStore, fault: &str) -> String {
    let secret = store.read("secrets/C");
    let other = if secret == SECRET { NEW } else { SECRET };
    assert!(secret == SECRET || secret == NEW, "{fault}: {secret}");
    let opens = |code: &str| let_in(&store.mfa(["-a", "C", "-o", code]).said());
    assert!(!opens(&used_code(store)), "{fault}: a code that was used");
    assert!(!opens(&next(other)), "{fault}: a code of the other secret");
    assert!(opens(&next(&secret)), "{fault}: a code of the secret in force");
    secret
}

/// Lists the apps, which sweeps leftovers away, and asserts what is left.
#[track_caller]
fn swept(store: &TempStore, secret: &str, fault: &str) {
    store.mfa(["list"]).gives(0, "App Name: C\n--------\n", "");
    let found = files(store);
    let kinds = ["secret state", "secret state image"];
    assert!(kinds.map(|kinds| of_app("C", kinds)).contains(&found), "{fault}: {found:?}");
    if let Ok(image) = fs::read(store.at("img/C.png")) {
        assert!(image == image_of(secret), "{fault}: an image of a secret not in force");
    }
}

#[track_caller]
fn can_be_enrolled_again(store: &TempStore, fault: &str) {
    let again = store.mfa(FORCE).fed(SECRET).said();
    assert_eq!(again.status, Some(0), "{fault}: {again:?}");
    assert!(!let_in(&store.mfa(["-a", "C", "-o", &used_code(store)]).said()), "{fault}");
    assert_eq!(files(store), of_app("C", "secret state image"), "{fault}");
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_a_replacement_is_wholly_old_or_new_and_no_used_code_opens() {
    for without in LACKS {
        Scene { store: &used, args: &FORCE, fed: &|| NEW.into(), without }.killed(
            |store, _, fault| {
                let secret = wholly_old_or_new(store, fault);
                swept(store, &secret, fault);
                can_be_enrolled_again(store, fault);
            },
        );
    }
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_what_a_replacement_left_is_swept_by_the_next_list() {
    Scene { store: &used, args: &FORCE, fed: &|| NEW.into(), without: &[] }.killed(
        |store, _, fault| {
            swept(store, &store.read("secrets/C"), fault);
            wholly_old_or_new(store, fault);
        },
    );
}

#[test]
#[ignore = "needs strace"]
fn with_a_disk_that_fails_at_any_call_a_replacement_is_wholly_old_or_new() {
    Scene { store: &used, args: &FORCE, fed: &|| NEW.into(), without: &[] }.failing(
        |store, said, fault| {
            assert!(matches!(said.status, Some(0 | 5 | 6)), "{fault}: {said:?}");
            let secret = wholly_old_or_new(store, fault);
            let told = if said.status == Some(0) { NEW } else { SECRET };
            assert_eq!(secret, told, "{fault}: {said:?}");
            swept(store, &secret, fault);
            can_be_enrolled_again(store, fault);
        },
    );
}
