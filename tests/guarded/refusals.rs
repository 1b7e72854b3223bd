use crate::common::codes::{right, wrong};
use crate::common::disk::set_mode;
use crate::common::{Run, TempStore, program};
use crate::{ago, change};

/// The values of `RUST_BACKTRACE` that request backtraces, with which a run once ended in an abort.
const BACKTRACES: [&str; 2] = ["1", "full"];

/// A refusal: the preparation of the store, the run, its status and the lines that it logs.
struct Refusal {
    before: fn(&TempStore),
    run: fn(&TempStore) -> Run,
    status: i32,
    logged: usize,
}

#[track_caller]
fn ends_as_documented(refusal: &Refusal) {
    for backtrace in BACKTRACES {
        let store = TempStore::enrolled();
        (refusal.before)(&store);
        let lines = || store.read("audit.jsonl").lines().count();
        let before = lines();
        let said = (refusal.run)(&store).env("RUST_BACKTRACE", backtrace).said();
        let ended = (said.status, lines() - before);
        assert_eq!(ended, (Some(refusal.status), refusal.logged), "{said:?}");
    }
}

fn attempt(store: &TempStore, code: &str) -> Run {
    store.mfa(["authenticate", "C", "-o", code])
}

fn run(store: &TempStore, code: &str, command: &str) -> Run {
    store.mfa(["run", "C", "-o", code, "--", command])
}

/// Throttles the next attempts.
fn throttle(store: &TempStore) {
    change(store, "failures", 50);
    change(store, "failed_at", ago(0).0);
}

#[test]
fn every_refusal_of_an_attempt_has_its_status_and_its_line_whatever_asks_for_backtraces() {
    let nothing: fn(&TempStore) = |_| {};
    let used = |store: &TempStore| assert_eq!(attempt(store, &right()).said().status, Some(0));
    let open = |store: &TempStore| set_mode(store.at("secrets/C"), 0o644);
    for (before, run, status, logged) in [
        (nothing, (|store| attempt(store, &wrong())) as fn(&TempStore) -> Run, 1, 1),
        (used, |store| attempt(store, &right()), 1, 1),
        (nothing, |store| attempt(store, "12"), 2, 0),
        (throttle, |store| attempt(store, &right()), 3, 1),
        (open, |store| attempt(store, &right()), 5, 1),
        // Neither the outcome nor the line of the log can be written.
        (nothing, |store| store.after("ulimit -f 0", ["-a", "C", "-o", &right()]), 6, 0),
        (nothing, |store| run(store, &wrong(), "true"), 125, 1),
        (throttle, |store| run(store, &right(), "true"), 125, 1),
        (nothing, |store| run(store, &right(), "/"), 126, 1),
        (nothing, |store| run(store, &right(), "no-such-command"), 127, 1),
    ] {
        ends_as_documented(&Refusal { before, run, status, logged });
    }
}

#[test]
fn every_other_refusal_has_its_status_and_no_line_whatever_asks_for_backtraces() {
    let nothing: fn(&TempStore) = |_| {};
    let damaged = |store: &TempStore| store.put("state/C.json", "{");
    for (before, run, status) in [
        (nothing, (|store| store.mfa(["-c", "-n", "n", "-i", "C"])) as fn(&TempStore) -> Run, 1),
        (nothing, |store| store.mfa(["import", "/dev/null"]), 2),
        (nothing, |store| store.mfa(["--nonsense"]), 2),
        (nothing, |store| store.mfa(["uri", "D"]), 4),
        (damaged, |store| store.mfa(["uri", "C"]), 5),
        (nothing, |store| store.after("ulimit -f 0", ["-c", "-n", "n", "-i", "D"]), 6),
        (nothing, |store| store.mfa(["run", "C", "--nonsense"]), 125),
    ] {
        ends_as_documented(&Refusal { before, run, status, logged: 0 });
    }
}

#[test]
#[ignore = "needs faketime"]
fn a_refusal_for_want_of_a_clock_has_its_status_and_its_line() {
    ends_as_documented(&Refusal {
        before: |_| {},
        run: |store| {
            let early = ["--exclude-monotonic", "-f", "1960-01-01 00:00:00", program(), "--store"];
            let store_path = store.path();
            let attempt = [store_path.to_str().unwrap(), "-a", "C", "-o", "000000"];
            store.program("faketime", [&early[..], &attempt].concat())
        },
        status: 7,
        logged: 1,
    });
}
