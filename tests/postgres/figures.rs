//! How fast it is, beside a folder and beside PostgreSQL's own pgbench: told, and judged by nobody.
//!
//! `MFA_PROGRAM=target/release/mfa cargo test --release --features full --test postgres figures -- --ignored --nocapture`

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mfa::domain::{Account, AppName, Credential, Enrolment, Totp, UnixTime, Verdict};
use mfa::store::Store;

use crate::Place;
use crate::common::TempStore;
use crate::common::codes::{SECRET, present, right, secret};
use crate::common::postgres::{Database, Pair, Server, as_user, key_file, keys, opened};
use crate::tls::World;

const NOW: u64 = 1_700_000_040;

/// The time for each figure.
const SPAN: Duration = Duration::from_secs(5);

pub fn enrolments(apps: std::ops::Range<usize>) -> Vec<(AppName, Enrolment)> {
    let account = || Account::new("C".parse().unwrap(), None, Totp::default(), None);
    let new = || Enrolment { secret: secret(SECRET), account: account() };
    apps.map(|number| (format!("app{number}").parse().unwrap(), new())).collect()
}

/// Returns the milliseconds of a process that authenticates, in the middle of many.
pub fn milliseconds(
    mut authenticates: impl FnMut(&str) -> Option<i32>,
    apps: std::ops::Range<usize>,
) -> f64 {
    let mut took: Vec<_> = apps
        .map(|number| {
            let began = Instant::now();
            assert_eq!(authenticates(&format!("app{number}")), Some(0));
            began.elapsed()
        })
        .collect();
    took.sort_unstable();
    took[took.len() / 2].as_secs_f64() * 1000.0
}

#[test]
#[ignore = "needs the programs of PostgreSQL, and takes long"]
fn figures_of_a_process_with_tls_beside_a_folder_on_the_same_disk() {
    let world = World::on(Pair::with(""));
    let (place, folder) = (world.certified(), TempStore::new());
    opened(&world.pair.primary.url("postgres", "mfa"))
        .enrol_all(&enrolments(0..200), &mut || {})
        .unwrap();
    let store = mfa::store::Folder::new(folder.path()).with_keys(keys(), false);
    store.enrol_all(&enrolments(0..200), &mut || {}).unwrap();
    let key = key_file(folder.outside());
    let in_folder = |app: &str| {
        folder.mfa(["-a", app, "-o", &right(), "--key-file"]).args([&key]).said().status
    };
    let in_database = |app: &str| place.mfa(&["-a", app, "-o", &right()]).said().status;
    for round in 0..3 {
        let apps = 50 * round..50 * round + 50;
        let (folder, database) =
            (milliseconds(in_folder, apps.clone()), milliseconds(in_database, apps));
        println!(
            "process: folder {folder:.1} ms, database {database:.1} ms, ratio {:.2}",
            database / folder
        );
    }
}

/// Returns how often something is done in a second by so many threads.
fn rate(threads: usize, act: impl Fn(usize, u32) + Sync) -> f64 {
    let (done, is_over) = (AtomicU32::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for number in 0..threads {
            let (act, done, is_over) = (&act, &done, &is_over);
            scope.spawn(move || {
                let mut step = 0;
                while !is_over.load(Ordering::Relaxed) {
                    step += 1;
                    act(number, step);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(SPAN);
        is_over.store(true, Ordering::Relaxed);
    });
    f64::from(done.load(Ordering::Relaxed)) / SPAN.as_secs_f64()
}

/// Runs pgbench with the statement of a change, and returns its transactions a second.
fn pgbench(server: &Server, clients: usize, more: &[&str]) -> f64 {
    let script = server.data().join("change.sql");
    std::fs::write(&script, CHANGE).unwrap();
    let mut bench = as_user("pgbench");
    bench
        .args(["-n", "-M", "extended", "-c", &clients.to_string(), "-j", "2", "-T", "5"])
        .args(more);
    bench.args(["-U", "postgres", "-p", &server.port.to_string(), "-h"]);
    bench.arg(server.data().parent().unwrap()).arg("-f").arg(&script).arg("mfa");
    let said = String::from_utf8(bench.output().unwrap().stdout).unwrap();
    let line =
        said.lines().find(|line| line.starts_with("tps")).unwrap_or_else(|| panic!("{said}"));
    line.split(' ').nth(2).unwrap().parse().unwrap()
}

const CHANGE: &str = "\
SELECT name, version, key_id, record FROM mfa.app WHERE name = 'app' || :client_id;
WITH w AS (UPDATE mfa.app SET version = version + 1, key_id = 'test', record = repeat('x', 300)::bytea
           WHERE name = 'app' || :client_id AND version > 0
             AND current_setting('synchronous_commit') IN ('on', 'remote_apply')
             AND current_setting('synchronous_standby_names') <> '' RETURNING name)
INSERT INTO mfa.audit (app, event) SELECT name, '{\"action\":\"authenticate\"}' FROM w RETURNING 1;
";

#[test]
#[ignore = "needs the programs of PostgreSQL, and takes long"]
fn figures_of_changes_beside_pgbench() {
    let pair = Pair::with("");
    let database = Database::made(&pair.primary, "mfa");
    database.store().enrol_all(&enrolments(0..8032), &mut || {}).unwrap();
    for threads in [1, 8, 32] {
        let stores: Vec<_> = (0..threads).map(|_| database.store()).collect();
        let ours = rate(threads, |number, step| {
            let step = u64::from(step) + 1_000_000 * u64::try_from(threads).unwrap();
            let now = UnixTime(NOW + 30 * step);
            let code: Credential = Totp::default().code(&secret(SECRET), now).parse().unwrap();
            let app = format!("app{number}").parse().unwrap();
            assert_eq!(
                present(&stores[number], &app, &code, now).unwrap().verdict,
                Verdict::Accepted
            );
        });
        pair.primary.sql("mfa", "CHECKPOINT");
        let saved = "CREATE TABLE IF NOT EXISTS saved AS TABLE mfa.app";
        pair.primary.sql("mfa", saved);
        let theirs = pgbench(&pair.primary, threads, &[]);
        pair.primary
            .sql("mfa", "DELETE FROM mfa.app; INSERT INTO mfa.app TABLE saved; DROP TABLE saved");
        println!(
            "{threads} threads: {ours:.0} changes a second, pgbench {theirs:.0}, ratio {:.2}",
            ours / theirs
        );
    }
    let place = Place::of(&database);
    let ours = rate(8, |number, step| {
        let app = format!("app{}", 32 + 1000 * number + usize::try_from(step).unwrap());
        assert_eq!(place.mfa(&["-a", &app, "-o", &right()]).said().status, Some(0));
    });
    let theirs = pgbench(&pair.primary, 8, &["-C"]);
    println!(
        "8 processes at a time: {ours:.0} a second, pgbench -C {theirs:.0}, ratio {:.2}",
        ours / theirs
    );
}
