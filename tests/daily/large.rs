use std::fs;
use std::time::Duration;

use crate::common::TempStore;
use crate::common::tmux::Terminal;
use crate::uri;

fn many(count: usize) -> String {
    let secret = |n: usize| {
        let bytes = format!("a secret of number {n:06}");
        base32::encode(base32::Alphabet::Rfc4648 { padding: false }, bytes.as_bytes())
    };
    (0..count).map(|n| uri(&format!("Service%20{n}:me"), &secret(n)) + "\n").collect()
}

/// Imports this many apps, and asserts that each is there once and whole.
fn come_in(count: usize) -> TempStore {
    let store = TempStore::new();
    let file = store.outside().join("uris");
    fs::write(&file, many(count)).unwrap();
    let said = store.mfa(["import", file.to_str().unwrap()]).said();
    let counts = format!("{count} imported, 0 skipped, 0 refused");
    assert_eq!((said.status, said.stdout.lines().last()), (Some(0), Some(&*counts)));
    assert_eq!(said.stdout.lines().count(), count + 1);
    assert_eq!(&*said.stderr, "", "no progress bar where nobody looks");
    for folder in ["secrets", "state"] {
        assert_eq!(fs::read_dir(store.at(folder)).unwrap().count(), count);
    }
    let mut exported: Vec<_> = store.mfa(["export"]).said().stdout.lines().map(str::len).collect();
    exported.sort_unstable();
    assert_eq!(exported.len(), count);
    let last = format!("Service {}", count - 1);
    let state = store.state(&last);
    assert_eq!((&state["issuer"], &state["account"]), (&last.into(), &"me".into()));
    assert_eq!(
        store.read("audit.jsonl").lines().filter(|line| line.contains("import")).count(),
        count
    );
    store
}

#[test]
fn a_thousand_and_one_uris_come_in_whole() {
    come_in(1001);
}

#[test]
#[ignore = "long: ten thousand, run by .ci/run"]
#[expect(clippy::disallowed_methods, reason = "the time that it takes is what is tested")]
fn ten_thousand_uris_come_in_whole_within_20_seconds() {
    let store = TempStore::new();
    let started = std::time::Instant::now();
    let said = store.mfa(["import", "-"]).fed(many(10_000)).said();
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert_eq!(said.status, Some(0));
    come_in(10_000);
}

#[test]
#[ignore = "long: a hundred thousand, run by .ci/run"]
#[expect(clippy::disallowed_methods, reason = "the time that it takes is what is tested")]
fn a_hundred_thousand_of_one_issuer_are_named_within_a_minute() {
    let store = TempStore::new();
    let uris: Vec<_> = many(100_000)
        .lines()
        .filter_map(|line| line.split_once(":me"))
        .map(|(_, secret)| format!("otpauth://totp/Service:me{secret}"))
        .collect();
    let started = std::time::Instant::now();
    let said = store.mfa(["import", "-", "--dry-run"]).fed(uris.join("\n")).said();
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    let last = "Would import Service 100000 (there is an app 'Service' already)\n\
                100000 to be imported, 0 skipped, 0 refused\n";
    assert!(said.stdout.ends_with(last), "{}", said.stdout.len());
}

#[test]
#[ignore = "long: 16 MB in many ways, run by .ci/run"]
fn sixteen_megabytes_of_anything_take_no_more_than_260_megabytes_of_memory() {
    let store = TempStore::new();
    let otpauth = "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ";
    for (start, repeated) in [
        ("", "["),
        ("", "\n"),
        ("", "{\"a\":"),
        ("", "otpauth://\n"),
        ("", "x"),
        ("[1", ",1"),
        ("[{\"secret\":\"\",\"type\":\"\"}", ",1"),
        (otpauth, "\na"),
        (&format!("{otpauth}&algorithm="), "\u{7f}"),
        ("", &format!("{otpauth}&algorithm={}\n", "\u{7f}".repeat(100))),
        ("HOTP", "\n1"),
        ("otpauth-migration://offline?data=", "CgAK"),
        ("\0", "\u{fffd}\0"),
    ] {
        let mut bytes = start.as_bytes().to_vec();
        bytes.extend(repeated.bytes().cycle().take(16_000_000 - start.len()));
        if start.starts_with('[') {
            *bytes.last_mut().unwrap() = b']';
        }
        let run = store.after("ulimit -v 260000", ["import", "-", "--dry-run"]).fed(bytes);
        let said = run.said();
        assert!(matches!(said.status, Some(0..=2)), "{start}{repeated:.9}: {said:?}");
    }
}

#[test]
#[ignore = "needs tmux"]
fn who_waits_for_many_sees_how_far_they_are_and_nothing_of_it_afterwards() {
    let store = TempStore::new();
    fs::write(store.outside().join("uris"), many(10_000)).unwrap();
    let terminal = Terminal::start(&store, "mfa import uris >report");
    terminal.shows("/10000 [");
    assert_eq!(terminal.shows("status"), "status 0");
}
