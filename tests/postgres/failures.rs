use std::thread;
use std::time::{Duration, Instant};

use crate::Place;
use crate::common::Said;
use crate::common::codes::{SECRET, right};
use crate::common::postgres::{Database, Pair, until};
use crate::common::service::Server;

/// The longest that anything may take: the five seconds of the store, and what a process needs.
const SOON: Duration = Duration::from_secs(6);

const LATE: &str = "there was no answer within 5 seconds";

/// Servers with a store that has an app.
fn with_app() -> (Pair, Place) {
    let pair = Pair::start();
    let place = Place::of(&Database::made(&pair.primary, "mfa"));
    let create = ["create", "-n", "me", "-i", "C", "--secret-stdin", "--json"];
    assert_eq!(place.mfa(&create).fed(SECRET).said().status, Some(0));
    (pair, place)
}

/// Presents a code, and returns what is said and how long it took.
fn presented(place: &Place, code: &str) -> (Said, Duration) {
    let began = Instant::now();
    (place.mfa(&["-a", "C", "-o", code]).said(), began.elapsed())
}

#[track_caller]
fn is_refused(place: &Place, code: &str, why: &str) -> Duration {
    let (said, took) = presented(place, code);
    let error = format!("error: cannot write {}: {why}\n", place.url);
    assert_eq!((said.status, &*said.stdout, &*said.stderr), (Some(6), "", &*error));
    assert!(took < SOON, "{took:?}");
    took
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn without_its_standby_a_code_is_refused_and_used_all_the_same() {
    let (mut pair, place) = with_app();
    pair.standby.stop();
    let code = right();
    is_refused(&place, &code, LATE);
    pair.standby.start();
    pair.wait_for_standby();
    assert_eq!(presented(&place, &code).0.status, Some(1));
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_wait_for_the_standby_that_is_cancelled_is_no_yes() {
    let (mut pair, place) = with_app();
    pair.standby.stop();
    let primary = &pair.primary;
    thread::scope(|scope| {
        scope.spawn(|| {
            let waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
            until(|| !primary.sql("postgres", waiting).is_empty());
            primary.sql("postgres", &format!("SELECT pg_cancel_backend(({waiting} LIMIT 1))"));
        });
        let why =
            "the server warned: canceling wait for synchronous replication due to user request";
        is_refused(&place, &right(), why);
    });
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn where_no_standby_is_to_confirm_it_nothing_is_accepted() {
    let (pair, place) = with_app();
    pair.primary.set("synchronous_standby_names = ''");
    let took = is_refused(&place, &right(), "no standby is to confirm it");
    assert!(took < Duration::from_secs(2), "{took:?}");
    let lone = Place::at(&format!("{}&standby=none", place.url));
    assert_eq!(presented(&lone, &right()).0.status, Some(0));
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_default_that_loses_changes_is_overridden() {
    let (pair, place) = with_app();
    for default in [
        "ALTER ROLE postgres SET synchronous_commit = off",
        "ALTER DATABASE mfa SET synchronous_commit = local",
    ] {
        pair.primary.sql("postgres", default);
    }
    assert_eq!(pair.primary.sql("mfa", "SHOW synchronous_commit"), "off");
    assert_eq!(presented(&place, &right()).0.status, Some(0));
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn an_old_primary_that_lives_on_after_a_promotion_accepts_nothing() {
    let (pair, place) = with_app();
    let code = right();
    assert_eq!(presented(&place, &code).0.status, Some(0));
    pair.standby.promote();
    let old = pair.primary.url("postgres", "mfa");
    is_refused(&Place::at(&old), &right(), LATE);
    // The new one waits for a standby of its own.
    let new = pair.standby.url("postgres", "mfa");
    is_refused(&Place::at(&new), &code, "no standby is to confirm it");
    let alone = Place::at(&format!("{new}&standby=none"));
    assert_eq!(presented(&alone, &code).0.status, Some(1));
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn of_several_servers_the_one_that_takes_changes_is_asked() {
    let (mut pair, _) = with_app();
    let folder = pair.folder().display().to_string().replace('/', "%2F");
    let of = |ports: [u16; 3]| {
        let hosts = ports.map(|port| format!("{folder}:{port}")).join(",");
        Place::at(&format!("postgres://postgres@{hosts}/mfa?target_session_attrs=read-write"))
    };
    let (primary, standby) = (pair.primary.port, pair.standby.port);
    let code = right();
    assert_eq!(presented(&of([1, standby, primary]), &code).0.status, Some(0));
    pair.primary.kill();
    let (said, took) = presented(&of([1, standby, primary]), &code);
    assert_eq!(said.status, Some(6), "{said:?}");
    assert!(said.stderr.contains("cannot reach") && took < SOON, "{said:?}");
    pair.standby.promote();
    pair.standby.set("synchronous_standby_names = ''");
    let place = of([1, standby, primary]);
    let place = Place::at(&format!("{}&standby=none", place.url));
    assert_eq!(presented(&place, &code).0.status, Some(1), "a used code stays used");
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_quorum_in_which_a_standby_may_lag_is_told_by_the_doctor() {
    let (pair, place) = with_app();
    pair.primary.set("synchronous_standby_names = 'ANY 1 (standby, other)'");
    let said = place.mfa(&["doctor"]).said();
    let problem = "Problem: 1 of 2 standbys confirm a change, whichever is first: where another is \
                   promoted, codes that were accepted open again";
    assert!(said.stdout.lines().any(|line| line == problem), "{said:?}");
    assert_eq!(said.status, Some(5));
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_service_is_healthy_while_a_standby_is_to_confirm_changes() {
    let (pair, place) = with_app();
    let server = Server::started(|listen| place.mfa(&["serve", "--listen", listen]));
    let health = || server.ask("GET /healthz", "").0;
    assert_eq!(health(), 200);
    pair.primary.set("synchronous_standby_names = ''");
    until(|| health() == 503);
    pair.primary.set("synchronous_standby_names = 'standby'");
    until(|| health() == 200);
}
