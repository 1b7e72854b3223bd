//! What a large store costs, beside a small one: told, and judged by nobody.

use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

use mfa::store::{Folder, Store};

use crate::common::codes::right;
use crate::common::postgres::{Pair, key_file, keys, opened, until};
use crate::common::{Run, TempStore};
use crate::figures::{enrolments, milliseconds};
use crate::tls::World;

/// The number of apps in a large store: fewer where sealing them takes long.
const MANY: usize = if cfg!(debug_assertions) { 20_000 } else { 1_000_000 };

/// The number of apps in a small store.
const FEW: usize = 10;

#[test]
#[ignore = "needs the programs of PostgreSQL, and takes long"]
fn figures_of_many_apps_beside_few_in_a_database() {
    let world = World::on(Pair::with(""));
    let place = world.certified();
    let store = opened(&world.pair.primary.url("postgres", "mfa"));
    let authenticates = |app: &str| place.mfa(&["-a", app, "-o", &right()]).said().status;
    let few = of_few(&store, authenticates);
    fill(&store);
    world.pair.primary.sql("mfa", "VACUUM ANALYZE mfa.app");
    world.pair.primary.sql("mfa", "CHECKPOINT");
    let caught_up = "SELECT replay_lsn = pg_current_wal_lsn() FROM pg_stat_replication";
    until(|| world.pair.primary.sql("postgres", caught_up) == "t");
    let many = milliseconds(authenticates, MANY / 2..MANY / 2 + 5 * FEW);
    println!("database: {few:.2} ms at {FEW} apps, {many:.2} ms at {MANY}: {:.2}", many / few);
    tell_listing("database", || place.mfa(&["list", "--long"]));
}

#[test]
#[ignore = "takes long"]
fn figures_of_many_apps_beside_few_in_a_folder() {
    let folder = TempStore::new();
    let store = Folder::new(folder.path()).with_keys(keys(), false);
    let key = key_file(folder.outside());
    let run = |args: &[&str]| folder.mfa(args).args(["--key-file"]).args([&key]);
    let authenticates = |app: &str| run(&["-a", app, "-o", &right()]).said().status;
    let few = of_few(&store, authenticates);
    fill(&store);
    let many = milliseconds(authenticates, MANY / 2..MANY / 2 + 5 * FEW);
    println!("folder: {few:.2} ms at {FEW} apps, {many:.2} ms at {MANY}: {:.2}", many / few);
    tell_listing("folder", || run(&["list", "--long"]));
}

/// Returns the milliseconds of a process where there are a few apps, each enrolled for one code.
fn of_few(store: &dyn Store, authenticates: impl Fn(&str) -> Option<i32>) -> f64 {
    let apps: Range<usize> = 0..FEW;
    let mut rounds: Vec<_> = (0..5)
        .map(|_| {
            store.enrol_all(&enrolments(apps.clone()), &mut || {}).unwrap();
            let took = milliseconds(&authenticates, apps.clone());
            apps.clone().for_each(|n| store.remove(&format!("app{n}").parse().unwrap()).unwrap());
            took
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

fn fill(store: &dyn Store) {
    let began = Instant::now();
    for from in (0..MANY).step_by(10_000) {
        store.enrol_all(&enrolments(from..MANY.min(from + 10_000)), &mut || {}).unwrap();
    }
    println!("{MANY} apps enrolled in {:.1} s", began.elapsed().as_secs_f64());
}

fn tell_listing(of: &str, list: impl Fn() -> Run) {
    let began = Instant::now();
    let listing = list().start();
    let process = listing.id();
    let watched = thread::spawn(move || peak(process));
    let said = listing.finish();
    let took = began.elapsed().as_secs_f64();
    assert_eq!((said.stdout.lines().count(), &*said.stderr), (MANY + 1, ""));
    println!("{of}: list --long in {took:.1} s and {:.1} MB", watched.join().unwrap());
}

/// Returns the most megabytes that a process had until it ended.
fn peak(process: u32) -> f64 {
    let mut most = 0.0;
    while let Ok(status) = std::fs::read_to_string(format!("/proc/{process}/status"))
        && let Some(line) = status.lines().find(|line| line.starts_with("VmHWM"))
    {
        most = line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1000.0;
        thread::sleep(Duration::from_millis(5));
    }
    most
}
