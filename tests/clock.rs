//! A clock that jumps, and clocks of other centuries.

#![cfg(test)]

mod common;

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use common::codes::{SECRET, secret};
use common::{Run, Said, TempStore};
use jiff::Timestamp;
use mfa::domain::{Totp, UnixTime};
use serde_json::json;

const NOW: u64 = 1_700_000_040;
const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;
const TEN_YEARS: u64 = 3653 * DAY;

fn code_at(second: u64) -> String {
    Totp::default().code(&secret(SECRET), UnixTime(second))
}

/// Prepares `mfa` with a clock that stands still at this second.
fn mfa_at(store: &TempStore, second: i64, args: &[&str]) -> Run {
    let time = Timestamp::from_second(second).unwrap().strftime("%F %T").to_string();
    let path = store.path();
    let mfa = [common::program(), "--store", path.to_str().unwrap()];
    let faketime = ["--exclude-monotonic", "-f", &time];
    store.program("faketime", [&faketime, &mfa, args].concat()).env("TZ", "UTC")
}

fn at(store: &TempStore, second: u64, args: &[&str], fed: &str) -> Said {
    mfa_at(store, second.cast_signed(), args).fed(fed).said()
}

fn try_at(store: &TempStore, second: u64, code: &str) -> Said {
    at(store, second, &["authenticate", "C", "-o", "-", "--json"], code)
}

#[track_caller]
fn answers(said: &Said, reason: &str, retry_after: Option<u64>) {
    let (accepted, told) = (reason == "accepted", said.json());
    let found = ["accepted", "reason", "retry_after"].map(|key| told[key].clone());
    assert_eq!(found, [json!(accepted), json!(reason), json!(retry_after)], "{said:?}");
    let status = if accepted {
        0
    } else if retry_after.is_some() {
        3
    } else {
        1
    };
    assert_eq!(said.status, Some(status), "{said:?}");
}

#[test]
#[ignore = "needs faketime"]
fn a_clock_set_back_a_day_opens_to_no_code_of_that_day_until_it_is_over() {
    let store = TempStore::with_secret("C", SECRET);
    answers(&try_at(&store, NOW, &code_at(NOW)), "accepted", None);
    let back = NOW - DAY;
    answers(&try_at(&store, back, &code_at(NOW)), "wrong", None);
    answers(&try_at(&store, back + 30, &code_at(back)), "reused", None);
    answers(&try_at(&store, NOW, &code_at(NOW)), "reused", None);
    answers(&try_at(&store, NOW + 30, &code_at(NOW + 30)), "accepted", None);
}

#[test]
#[ignore = "needs faketime"]
fn a_clock_set_back_a_minute_while_throttled_begins_the_wait_anew_and_no_longer_one() {
    let store = TempStore::with_secret("C", SECRET);
    for _ in 0..4 {
        answers(&try_at(&store, NOW, "000000"), "wrong", None);
    }
    answers(&try_at(&store, NOW + 20, &code_at(NOW + 20)), "throttled", Some(10));
    let back = NOW - MINUTE;
    answers(&try_at(&store, back, &code_at(back)), "throttled", Some(30));
    assert_eq!(store.state("C")["failed_at"], back, "it is recorded");
    answers(&try_at(&store, back + 29, &code_at(back)), "throttled", Some(1));
    answers(&try_at(&store, back + 30, &code_at(back)), "accepted", None);
    assert_eq!(store.state("C")["failures"], 0);
}

#[test]
#[ignore = "needs faketime"]
fn a_clock_ten_years_ahead_ends_a_wait_but_coming_back_opens_nothing_until_then() {
    let store = TempStore::with_secret("C", SECRET);
    answers(&try_at(&store, NOW, &code_at(NOW)), "accepted", None);
    let ahead = NOW + TEN_YEARS;
    answers(&try_at(&store, ahead, &code_at(NOW)), "wrong", None);
    answers(&try_at(&store, ahead, &code_at(ahead)), "accepted", None);
    answers(&try_at(&store, NOW + 30, &code_at(NOW + 30)), "reused", None);
    let doctor = at(&store, NOW + 60, &["doctor"], "");
    let told = "STORE/secrets/C was used while the clock was ahead: codes are refused until that";
    assert!(doctor.stdout.contains(told), "{doctor:?}");
    answers(&try_at(&store, ahead + 30, &code_at(ahead + 30)), "accepted", None);
}

#[test]
#[ignore = "needs faketime"]
fn an_unlock_that_had_to_wait_goes_by_the_clock_after_the_wait() {
    let store = TempStore::with_secret("C", SECRET);
    // The newest code that is accepted once the next step begins, in a second.
    let step = NOW / 30 + 2;
    answers(&try_at(&store, NOW + 30, &code_at(step * 30)), "accepted", None);
    let (held, path) = (fs::File::open(store.at("secrets/C")).unwrap(), store.path());
    held.lock().unwrap();
    let faketime = ["--exclude-monotonic", &format!("@{}", NOW + 29)];
    let mfa = [common::program(), "--store", path.to_str().unwrap()];
    let unlock = ["unlock", "C", "--clock"];
    let mut waiting = store.program("faketime", [&faketime[..], &mfa, &unlock].concat()).start();
    waiting.feed();
    sleep(Duration::from_millis(1500));
    drop(held);
    assert_eq!(waiting.finish().status, Some(0));
    answers(&try_at(&store, NOW + 31, &code_at(step * 30)), "reused", None);
}

#[test]
#[ignore = "needs faketime"]
fn codes_of_other_centuries_are_those_of_oathtool_and_of_rfc_6238() {
    for (second, code) in [
        // The last second that fits in 31 bits and the first that does not, then the same for 32
        // bits.
        (2_147_483_647, "24703886"),
        (2_147_483_648, "24703886"),
        (4_294_967_295, "59791428"),
        (4_294_967_296, "59791428"),
        // The year 2603, RFC 6238 appendix B.
        (20_000_000_000, "65353130"),
    ] {
        let store = TempStore::new();
        let create = ["create", "-n", "n", "-i", "C", "--digits", "8", "--secret-stdin"];
        assert_eq!(at(&store, second, &create, SECRET).status, Some(0), "{second}");
        assert_eq!(at(&store, second, &["code", "C"], "").stdout, format!("{code}\n"));
        answers(&try_at(&store, second, code), "accepted", None);
        answers(&try_at(&store, second, code), "reused", None);
        let state = store.state("C");
        let told = ["created", "last_used", "last_step"].map(|field| &state[field]);
        assert_eq!(told, [second, second, second / 30]);
        assert_eq!(at(&store, second, &["list", "--long"], "").status, Some(0));
    }
}

#[test]
#[ignore = "needs faketime"]
fn a_clock_before_1970_is_status_7_and_judges_nothing() {
    let store = TempStore::with_secret("C", SECRET);
    answers(&try_at(&store, NOW, &code_at(NOW)), "accepted", None);
    let before = store.snapshot();
    let message = "error: the clock is before 1970\n";
    let json = "{\"accepted\":false,\"reason\":\"clock\",\"retry_after\":null,\"factor\":null,\"backup_codes_left\":null}\n";
    for second in [-1, -315_619_200] {
        let early = |args: &[&str]| mfa_at(&store, second, args);
        early(&["-a", "C", "-o", "000000"]).gives(7, "", message);
        early(&["-a", "C", "-o", "000000", "--json"]).gives(7, json, message);
        early(&["-c", "-n", "n", "-i", "D"]).gives(7, "", message);
        early(&["-c", "-n", "n", "-i", "C", "--force"]).gives(7, "", message);
        early(&["-l"]).gives(0, "App Name: C\n--------\n", "");
    }
    assert_eq!(store.snapshot(), before);
}
