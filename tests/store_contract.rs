//! One contract for every store.

#![cfg(test)]

mod common;

use std::sync::Barrier;
use std::thread;

use common::codes::{SECRET, present, secret};
use common::fuse::Fuse;
use mfa::GateError;
use mfa::domain::{Account, AppName, Credential, Enrolment, Totp, UnixTime, Verdict};
use mfa::store::{Existing, Folder, Memory, Store, StoreError, update};

/// Runs each function against each store.
macro_rules! contract {
    ($($test:ident)*) => {
        mod folder {
            $(#[test]
            fn $test() {
                let folder = tempfile::tempdir().unwrap();
                super::$test(&super::Folder::new(folder.path().join("store")));
            })*
        }
        mod fuse {
            $(#[test]
            #[ignore = "needs bindfs and root"]
            fn $test() {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("store");
                let _fuse = super::Fuse::mount(&path);
                super::$test(&super::Folder::new(&path));
            })*
        }
        mod memory {
            $(#[test]
            fn $test() {
                super::$test(&super::Memory::default());
            })*
        }
    };
}

contract! {
    an_empty_store_lists_nothing_and_knows_nobody
    what_is_enrolled_comes_back_and_is_listed_in_order
    an_app_that_exists_is_kept_unless_it_shall_be_replaced
    an_update_is_recorded_and_gives_its_answer
    a_code_of_another_length_changes_nothing
    one_code_is_accepted_once_however_many_threads_race_for_it
}

const NOW: UnixTime = UnixTime(1_700_000_040);

const OTHER: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn app(name: &str) -> AppName {
    name.parse().unwrap()
}

fn enrolment(issuer: &str, key: &str) -> Enrolment {
    let account = Some("me@example.com".parse().unwrap());
    let account = Account::new(issuer.parse().unwrap(), account, Totp::default(), Some(NOW));
    Enrolment { secret: secret(key), account }
}

/// Returns the comparable parts of an enrolment.
fn parts(enrolment: &Enrolment) -> (String, Account) {
    (enrolment.secret.expose_base32().to_string(), enrolment.account.clone())
}

fn code_at(now: UnixTime) -> Credential {
    Totp::default().code(&secret(SECRET), now).parse().unwrap()
}

fn use_code(store: &impl Store, name: &str, now: UnixTime) -> Verdict {
    present(store, &app(name), &code_at(now), now).unwrap().verdict
}

fn an_empty_store_lists_nothing_and_knows_nobody(store: &impl Store) {
    let unknown = |e: &StoreError| matches!(e, StoreError::NoSuchApp(name) if name == "nobody");
    assert_eq!(store.apps().unwrap(), []);
    assert!(unknown(&store.get(&app("nobody")).unwrap_err()));
    assert!(unknown(&update(store, &app("nobody"), |e| ((), e.account.clone())).unwrap_err()));
    let judged = present(store, &app("nobody"), &code_at(NOW), NOW);
    assert!(matches!(judged, Err(GateError::Store(e)) if unknown(&e)));
}

fn what_is_enrolled_comes_back_and_is_listed_in_order(store: &impl Store) {
    let names = ["zoo", "Example Corp", "é", "a", "a.b", "字"];
    for name in names {
        store.enrol(&app(name), &enrolment(name, SECRET), Existing::Keep).unwrap();
    }
    let sorted = ["Example Corp", "a", "a.b", "zoo", "é", "字"].map(app);
    assert_eq!(store.apps().unwrap(), sorted);
    for name in names {
        assert_eq!(parts(&store.get(&app(name)).unwrap()), parts(&enrolment(name, SECRET)));
    }
}

fn an_app_that_exists_is_kept_unless_it_shall_be_replaced(store: &impl Store) {
    let name = app("Corp");
    store.enrol(&name, &enrolment("old", SECRET), Existing::Keep).unwrap();
    assert_eq!(use_code(store, "Corp", NOW), Verdict::Accepted);
    let before = parts(&store.get(&name).unwrap());

    let kept = store.enrol(&name, &enrolment("new", OTHER), Existing::Keep);
    assert!(matches!(kept, Err(StoreError::Exists(name)) if name == "Corp"));
    assert_eq!(parts(&store.get(&name).unwrap()), before);

    let mut expected = enrolment("new", SECRET);
    store.enrol(&name, &expected, Existing::Replace).unwrap();
    expected.account.guard.last_step = Some(NOW.0 / 30);
    assert_eq!(parts(&store.get(&name).unwrap()), parts(&expected));
    assert_eq!(use_code(store, "Corp", NOW), Verdict::Reused);
}

fn an_update_is_recorded_and_gives_its_answer(store: &impl Store) {
    let name = app("Corp");
    store.enrol(&name, &enrolment("Corp", SECRET), Existing::Keep).unwrap();
    let answer = update(store, &name, |found| {
        let mut account = found.account.clone();
        account.guard.throttle.failures += 1;
        (account.guard.throttle.failures, account)
    });
    assert_eq!(answer.unwrap(), 1);
    assert_eq!(store.get(&name).unwrap().account.guard.throttle.failures, 1);
}

fn a_code_of_another_length_changes_nothing(store: &impl Store) {
    let name = app("Corp");
    store.enrol(&name, &enrolment("Corp", SECRET), Existing::Keep).unwrap();
    let judged = present(store, &name, &"12345678".parse().unwrap(), NOW);
    assert!(matches!(judged, Err(GateError::Code(_))));
    assert_eq!(parts(&store.get(&name).unwrap()), parts(&enrolment("Corp", SECRET)));
}

fn one_code_is_accepted_once_however_many_threads_race_for_it(store: &(impl Store + Sync)) {
    store.enrol(&app("Corp"), &enrolment("Corp", SECRET), Existing::Keep).unwrap();
    for round in 0..100 {
        // A success clears the failures of the round before, once their wait is over.
        let now = UnixTime(NOW.0 + 300 * round);
        let barrier = Barrier::new(8);
        let verdicts: Vec<Verdict> = thread::scope(|scope| {
            let race = || {
                barrier.wait();
                use_code(store, "Corp", now)
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(race)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let accepted = verdicts.iter().filter(|verdict| **verdict == Verdict::Accepted).count();
        assert_eq!(accepted, 1, "round {round}: {verdicts:?}");
    }
}
