use mfa::domain::{Account, AppName, Credential, Drift, Enrolment, Totp, UnixTime, Verdict};
use mfa::store::{Existing, Memory, Store};

use crate::common::codes::{SECRET, present, secret};

/// The time at which each story begins.
const START: u64 = 1_700_000_000;

const MONTH: u64 = 30 * 24 * 3600;

fn enrolled(drift: Option<Drift>) -> (Memory, AppName) {
    let (store, app) = (Memory::default(), "C".parse().unwrap());
    let account = Account::new("C".parse().unwrap(), None, Totp::default(), None);
    let account = Account { drift, ..account };
    store.enrol(&app, &Enrolment { secret: secret(SECRET), account }, Existing::Keep).unwrap();
    (store, app)
}

/// Presents what a token shows whose clock is this many steps ahead of the host's.
fn opens(store: &Memory, app: &AppName, host: u64, ahead: i64) -> bool {
    let shows = UnixTime(host.saturating_add_signed(30 * ahead));
    let credential: Credential = Totp::default().code(&secret(SECRET), shows).parse().unwrap();
    present(store, app, &credential, UnixTime(host)).unwrap().verdict == Verdict::Accepted
}

#[test]
fn a_token_that_drifts_on_by_a_step_a_month_opens_for_years_and_a_phone_does_not() {
    let (store, app) = enrolled(Some(Drift::default()));
    for month in 0..=50 {
        assert!(opens(&store, &app, START + MONTH * month, month.cast_signed()), "month {month}");
    }
    let (store, app) = enrolled(None);
    let opened =
        (0..12u64).filter(|month| opens(&store, &app, START + MONTH * month, month.cast_signed()));
    assert_eq!(opened.collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn a_host_clock_that_jumps_teaches_a_phones_account_nothing() {
    let (store, app) = enrolled(None);
    for (host, ahead) in [(START, 0), (START + 3000, 1), (START + 6000, 1), (START + 9000, -1)] {
        assert!(opens(&store, &app, host, ahead));
    }
    assert_eq!(store.get(&app).unwrap().account.drift, None);
    assert!(!opens(&store, &app, START + 12_000, 2));
    assert!(opens(&store, &app, START + 12_000, 0));
}

#[test]
fn a_drift_ends_at_fifty_steps() {
    let (store, app) = enrolled(Some(50.try_into().unwrap()));
    assert!(opens(&store, &app, START, 51));
    assert_eq!(store.get(&app).unwrap().account.drift, Some(50.try_into().unwrap()));
    assert!(!opens(&store, &app, START + MONTH, 52));
    assert!(opens(&store, &app, START + MONTH + 60, 51));
}
