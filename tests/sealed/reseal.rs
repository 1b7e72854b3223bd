use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mfa::store::sealing::{KeyPlace, Keys};
use mfa::store::{Folder, Store};
use zeroize::Zeroizing;

use crate::common::TempStore;
use crate::common::codes::{SECRET, right, secret};
use crate::{attempt, keygen, sealed, with_key};

#[test]
fn one_app_of_several_can_be_sealed_and_one_that_cannot_be_stops_no_other() {
    let store = TempStore::with_secret("C", SECRET);
    store.put("secrets/D", SECRET);
    store.put("secrets/X", "A");
    keygen(&store, "a");
    with_key(&store, "a", &["encrypt", "D"]).gives(0, "Sealed D\n", "");
    let damaged = "error: STORE/secrets/X is damaged: the secret is not base32\n";
    with_key(&store, "a", &["encrypt"]).gives(5, "Sealed C\nD is sealed already\n", damaged);
    let log = store.read("audit.jsonl");
    assert_eq!(log.matches(r#""action":"encrypt""#).count(), 2, "{log}");
    let decrypted = with_key(&store, "a", &["decrypt", "C", "--json"]).said().json();
    assert_eq!(decrypted["decrypted"][0], "C");
    assert_eq!(attempt(&store, &right()).status, Some(5), "it is plain again");
    TempStore::new().mfa(["encrypt", "--passphrase", "C"]).gives(
        4,
        "",
        "error: no app named 'C'\n",
    );
}

#[test]
fn an_app_of_mfa_py_is_sealed_with_a_state_of_its_own() {
    let store = TempStore::with_secret("C", SECRET);
    keygen(&store, "a");
    with_key(&store, "a", &["encrypt"]).gives(0, "Sealed C\n", "");
    let state = store.read("state/C.json");
    assert!(state.starts_with(r#"{"version":2,"issuer":"C","account":null,"#), "{state}");
    assert_eq!(attempt(&store, &right()).stdout, "Welcome\n");
}

#[test]
fn an_app_is_read_and_opens_while_its_key_is_changed_again_and_again() {
    let store = sealed();
    keygen(&store, "b");
    let keys = ["a", "b"].map(|name| {
        Keys::from_file(&store.outside().join(name), KeyPlace::Anywhere).unwrap().remove(0)
    });
    let folder = |first: usize| {
        let ring = vec![keys[first].clone(), keys[1 - first].clone()];
        let ring = Arc::new(Keys::new(ring, Zeroizing::new([7; 32])).unwrap());
        Folder::new(store.path()).with_keys(ring, false)
    };
    let (app, done) = ("C".parse().unwrap(), AtomicBool::new(false));
    std::thread::scope(|threads| {
        threads.spawn(|| {
            for round in 0..200 {
                assert!(folder(1 - round % 2).encrypt(&app).unwrap(), "{round}");
            }
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            folder(0).get(&app).unwrap();
            assert_eq!(folder(1).account(&app).unwrap().guard.last_step, None);
        }
    });
    assert_eq!(folder(0).get(&app).unwrap().secret.expose_bytes(), secret(SECRET).expose_bytes());
}
