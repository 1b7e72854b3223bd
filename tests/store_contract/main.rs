//! One contract for every store.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

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
        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[test]
            #[ignore = "needs the programs of PostgreSQL"]
            fn $test() {
                crate::common::postgres::with_database(|database| super::$test(&database.store()));
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

#[cfg(feature = "service")]
mod clients;

use std::sync::Barrier;
use std::thread;

use common::codes::{SECRET, present, secret};
use common::fuse::Fuse;
use mfa::GateError;
use mfa::domain::{
    Account, AppName, ChallengeId, Credential, Device, DeviceId, Enrolment, Number, Push, Question,
    Sms, Totp, UnixTime, Verdict,
};
use mfa::policy::PolicyMemory;
use mfa::store::{Existing, Folder, Memory, Store, StoreError, update};

contract! {
    an_empty_store_lists_nothing_and_knows_nobody
    what_is_enrolled_comes_back_and_is_listed_in_order
    an_app_that_exists_is_kept_unless_it_shall_be_replaced
    an_update_is_recorded_and_gives_its_answer
    a_phone_and_devices_go_with_a_rename_and_not_with_a_new_secret
    no_app_can_be_renamed_to_a_name_that_is_taken_be_it_its_own
    a_code_of_another_length_changes_nothing
    one_code_is_accepted_once_however_many_threads_race_for_it
    what_a_policy_remembers_is_kept_for_names_with_and_without_an_app
    what_a_policy_remembers_moves_with_its_app_and_outlives_it
    changes_of_what_a_policy_remembers_race_and_none_is_lost
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

fn a_phone_and_devices_go_with_a_rename_and_not_with_a_new_secret(store: &impl Store) {
    let (old, new) = (app("Corp"), app("Corp 2"));
    for leaves in [&|| store.remove(&new), &|| Ok(())] as [&dyn Fn() -> Result<(), StoreError>; 2] {
        store.enrol(&old, &enrolment("Corp", SECRET), Existing::Keep).unwrap();
        let asked = update(store, &old, |found| {
            let account = with_device(found.account.clone());
            let account = account.send_sms([1; 16], NOW).1.challenge(question(), NOW).1;
            (account.clone(), account)
        })
        .unwrap();
        store.rename(&old, &new).unwrap();
        assert_eq!(store.get(&new).unwrap().account, asked);
        leaves().unwrap();
        store.enrol(&new, &enrolment("Corp", SECRET), Existing::Replace).unwrap();
        assert_eq!(store.get(&new).unwrap().account, enrolment("Corp", SECRET).account);
        store.remove(&new).unwrap();
    }
}

fn no_app_can_be_renamed_to_a_name_that_is_taken_be_it_its_own(store: &impl Store) {
    for name in ["Corp", "Other"] {
        store.enrol(&app(name), &enrolment(name, SECRET), Existing::Keep).unwrap();
    }
    for name in ["Corp", "Other"] {
        let taken = store.rename(&app("Corp"), &app(name));
        assert!(matches!(taken, Err(StoreError::Exists(_))), "{taken:?}");
    }
    let nobody = store.rename(&app("nobody"), &app("nobody"));
    assert!(matches!(nobody, Err(StoreError::NoSuchApp(_))), "{nobody:?}");
    assert_eq!(store.apps().unwrap(), ["Corp", "Other"].map(app));
}

fn with_device(account: Account) -> Account {
    let device = Device {
        id: DeviceId([1; 16]),
        name: "phone".parse().unwrap(),
        passkey: "{}".parse().unwrap(),
        created: NOW,
        last_used: None,
        subscription: None,
        session: None,
    };
    let push = Push::default().with_device(device).unwrap();
    let sms = Some(Sms::new("+15550100199".parse().unwrap(), NOW));
    Account { sms, push, ..account }
}

fn question() -> Question {
    let (id, number) = (ChallengeId([1; 16]), Number::drawn(7));
    Question { id, purpose: None, host: None, caller: None, number }
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

/// Makes a store in which a policy is in use.
fn with_policy(store: &impl Store) {
    store.enrol(&app("Corp"), &enrolment("Corp", SECRET), Existing::Keep).unwrap();
    seen(store, "Corp", NOW);
}

fn seen(store: &impl Store, name: &str, now: UnixTime) {
    let note = &mut |memory: &PolicyMemory| {
        let first_seen = memory.first_seen.or(Some(now));
        PolicyMemory { first_seen, ..memory.clone() }
    };
    store.change_policy_memory(&app(name), note).unwrap();
}

fn what_a_policy_remembers_is_kept_for_names_with_and_without_an_app(store: &impl Store) {
    with_policy(store);
    assert_eq!(store.policy_memory(&app("nobody")).unwrap(), None);
    store.change_policy_memory(&app("nobody"), &mut PolicyMemory::clone).unwrap();
    assert_eq!(store.policy_memory(&app("nobody")).unwrap(), None, "nothing was to be recorded");
    seen(store, "newcomer", UnixTime(5));
    seen(store, "newcomer", UnixTime(6));
    let memory = PolicyMemory { first_seen: Some(UnixTime(5)), ..PolicyMemory::default() };
    assert_eq!(store.policy_memory(&app("newcomer")).unwrap(), Some(memory));
    assert_eq!(store.policy_names().unwrap(), ["Corp", "newcomer"].map(app));
    assert_eq!(store.apps().unwrap(), [app("Corp")]);
}

fn what_a_policy_remembers_moves_with_its_app_and_outlives_it(store: &impl Store) {
    with_policy(store);
    seen(store, "New", UnixTime(5));
    store.rename(&app("Corp"), &app("New")).unwrap();
    let at = |name: &str| {
        let memory = store.policy_memory(&app(name)).unwrap().unwrap();
        (memory.first_seen, memory.ever_enrolled)
    };
    assert_eq!(at("New"), (Some(UnixTime(5)), true), "the older of the two");
    assert_eq!(at("Corp"), (Some(NOW), true));
    store.remove(&app("New")).unwrap();
    assert_eq!(at("New"), (Some(UnixTime(5)), true));
}

fn changes_of_what_a_policy_remembers_race_and_none_is_lost(store: &(impl Store + Sync)) {
    with_policy(store);
    let (threads, all) = (8, Barrier::new(8));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                all.wait();
                for _ in 0..10 {
                    let count = &mut |memory: &PolicyMemory| {
                        let latest = memory.latest.map_or(1, |count| count.0 + 1);
                        PolicyMemory { latest: Some(UnixTime(latest)), ..memory.clone() }
                    };
                    store.change_policy_memory(&app("Corp"), count).unwrap();
                }
            });
        }
    });
    let memory = store.policy_memory(&app("Corp")).unwrap().unwrap();
    assert_eq!(memory.latest, Some(UnixTime(80)));
}
