use std::thread;

use mfa::store::Store;

use crate::Place;
use crate::common::codes::{SECRET, right};
use crate::common::postgres::{shared_primary, with_database};
use crate::common::race;

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn of_eight_processes_with_one_code_one_gets_in() {
    with_database(|database| {
        let place = Place::of(database);
        for round in 0..50 {
            let app = format!("app{round}");
            let create =
                ["create", "-n", "me", "-i", "Corp", "--app", &app, "--secret-stdin", "--json"];
            assert_eq!(place.mfa(&create).fed(SECRET).said().status, Some(0));
            let code = right();
            let gate = || place.mfa(&["authenticate", &app, "-o", "-"]).fed(code.as_str());
            let said = race((0..8).map(|_| gate()));
            let of = |status| said.iter().filter(|said| said.status == Some(status)).count();
            // From the fourth failure on, a code is not looked at.
            assert_eq!((of(0), of(1) + of(3)), (1, 7), "round {round}: {said:?}");
        }
    });
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn of_many_threads_with_one_store_no_more_than_32_are_connected() {
    with_database(|database| {
        let store = database.store();
        thread::scope(|scope| {
            for _ in 0..100 {
                scope.spawn(|| (0..20).for_each(|_| drop(store.apps().unwrap())));
            }
        });
        let connected =
            format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{}'", database.name);
        let connected: u32 = shared_primary().sql("postgres", &connected).parse().unwrap();
        assert!((2..=32).contains(&connected), "{connected}");
    });
}
