//! Many processes at once.

#![cfg(test)]

mod common;

use std::sync::atomic::{AtomicBool, Ordering};

use common::codes::{SECRET, right, wrong};
use common::{Said, TempStore, race};
use mfa::store::{Folder, Store, update};

/// Counts the runs with each status, from 0 to 7.
fn statuses(said: &[Said]) -> [usize; 8] {
    let count = |status| said.iter().filter(|said| said.status == Some(status)).count();
    [0, 1, 2, 3, 4, 5, 6, 7].map(count)
}

fn one_code_is_accepted_once(rounds: u32) {
    let store = TempStore::with_secret("C", SECRET);
    for round in 0..rounds {
        let (app, code) = (format!("app {round}"), format!("{}\n", right()));
        store.put(&format!("secrets/{app}"), SECRET);
        let said = race((0..32).map(|_| store.mfa(["-a", &app, "-o", "-"]).fed(&*code)));
        // Of the others, four are judged and found used, and the rest have to wait.
        assert_eq!(statuses(&said), [1, 4, 0, 27, 0, 0, 0, 0], "round {round}");
        assert_eq!(said.iter().filter(|said| said.stdout == "Welcome\n").count(), 1);
    }
}

#[test]
fn of_32_processes_with_one_code_exactly_one_is_let_in() {
    one_code_is_accepted_once(10);
}

#[test]
#[ignore = "long: a hundred rounds, run by .ci/run"]
fn of_32_processes_with_one_code_exactly_one_is_let_in_a_hundred_times() {
    one_code_is_accepted_once(100);
}

#[test]
fn of_60_wrong_codes_at_once_no_more_are_looked_at_than_the_schedule_allows() {
    let store = TempStore::with_secret("C", SECRET);
    let code = wrong();
    let said = race((0..60).map(|_| store.mfa(["-a", "C", "-o", "-"]).fed(&*code)));
    assert_eq!(statuses(&said), [0, 4, 0, 56, 0, 0, 0, 0]);
    assert_eq!(store.state("C")["failures"], 4);
}

#[test]
fn of_enrolments_of_one_name_at_once_exactly_one_succeeds_and_its_secret_counts() {
    for racers in [2, 8] {
        let store = TempStore::new();
        let create = ["create", "-n", "me", "-i", "C", "--secret-stdin"];
        // Each has a secret of its own, and the first is ours.
        let secrets =
            || {
                [SECRET.into()].into_iter().chain((1..racers).map(|n| {
                    base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &[n; 20])
                }))
            };
        let said = race(secrets().map(|secret| store.mfa(create).fed(secret)));
        let lost = usize::from(racers) - 1;
        assert_eq!(statuses(&said), [1, lost, 0, 0, 0, 0, 0, 0]);
        let winner = said.iter().position(|said| said.status == Some(0)).unwrap();
        assert_eq!(store.read("secrets/C"), secrets().nth(winner).unwrap());
        let files = store.snapshot().into_keys().filter(|path| path.is_file()).count();
        assert_eq!(files, 3, "nothing unfinished is left");
        assert_eq!(store.mfa(["-a", "C", "-o", "000000"]).said().status, Some(1));
    }
}

#[test]
fn a_code_opens_once_even_while_its_app_is_enrolled_again_and_again() {
    for _ in 0..5 {
        let store = TempStore::with_secret("C", SECRET);
        let code = right();
        let create = ["create", "-n", "n", "-i", "C", "--force", "--secret-stdin", "--no-image"];
        let runs = (0..24).map(|n| match n % 4 {
            0 => store.mfa(create).fed(SECRET),
            _ => store.mfa(["-a", "C", "-o", "-"]).fed(&*code),
        });
        let said = race(runs);
        let welcomes = said.iter().filter(|said| said.stdout == "Welcome\n").count();
        assert_eq!(welcomes, 1, "{said:?}");
        assert!(said.iter().all(|said| matches!(said.status, Some(0 | 1 | 3))), "{said:?}");
    }
}

#[test]
fn apps_do_not_wait_for_each_other() {
    let store = TempStore::with_secret("C", SECRET);
    let apps: Vec<String> = (0..20).map(|n| format!("app {n}")).collect();
    for app in &apps {
        store.put(&format!("secrets/{app}"), SECRET);
    }
    let code = right();
    let said = race(apps.iter().map(|app| store.mfa(["-a", app, "-o", "-"]).fed(&*code)));
    assert_eq!(statuses(&said), [20, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn an_app_is_read_while_others_change_it() {
    let store = TempStore::with_secret("C", SECRET);
    let (folder, app) = (Folder::new(store.path()), "C".parse().unwrap());
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            for round in 0..2000 {
                let changed = update(&folder, &app, |enrolment| {
                    let mut account = enrolment.account.clone();
                    account.guard.last_step = Some(round);
                    ((), account)
                });
                changed.unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            folder.get(&app).unwrap();
        }
    });
}

#[test]
fn who_only_looks_does_not_wait_for_an_enrolment_under_way_nor_judge_what_it_left_so_far() {
    let store = TempStore::enrolled();
    store.put("secrets/.D.tmp", SECRET);
    store.put("state/D.json", store.read("state/C.json"));
    let before = store.snapshot();
    let _enrolling = Folder::new(store.path()).hold().unwrap();
    let mfa = common::program();
    for command in ["list", "code", "doctor"] {
        // Otherwise they would wait for five seconds.
        let path = store.path();
        let args = ["4", mfa, "--store", path.to_str().unwrap(), command];
        let said = store.program("timeout", args).said();
        assert!(matches!(said.status, Some(0 | 5)), "{command}: {said:?}");
        assert!(!said.stdout.contains("D.json"), "{said:?}");
    }
    assert_eq!(store.snapshot(), before);
}
