use serde_json::json;

use crate::common::TempStore;
use crate::common::codes::{SECRET, now, right, secret};
use crate::{attempt, change, change_backup, codes, with_codes};
use mfa::domain::{Totp, UnixTime};

#[test]
fn failures_and_a_disabling_are_cleared_and_told() {
    let store = with_codes(2);
    store.mfa(["unlock", "C"]).gives(0, "There was nothing to clear\n", "");
    change(&store, "failures", 100);
    change_backup(&store, "failures", 5);
    store.mfa(["unlock", "C"]).gives(0, "Cleared 105 failures\nEnabled it again\n", "");
    assert_eq!(attempt(&store, &right()).0, Some(0));
    assert_eq!(attempt(&store, &codes()[0]).0, Some(0));

    change(&store, "failures", 7);
    let answer =
        json!({"app": "C", "failures": 7, "was_disabled": false, "clock_corrected": false});
    let said = store.mfa(["unlock", "C", "--json"]).said();
    assert_eq!((said.status, said.json(), &*said.stderr), (Some(0), answer, ""));
    change_backup(&store, "failures", 100);
    let answer =
        json!({"app": "C", "failures": 100, "was_disabled": true, "clock_corrected": false});
    assert_eq!(store.mfa(["unlock", "C", "--json"]).said().json(), answer);
    store.mfa(["unlock", "D"]).gives(4, "", "error: no app named 'D'\n");
}

#[test]
fn an_unlocked_app_opens_to_no_code_that_was_used() {
    let store = with_codes(2);
    let code = right();
    assert_eq!(attempt(&store, &code).0, Some(0));
    assert_eq!(attempt(&store, &codes()[0]).0, Some(0));
    for args in [&["unlock", "C"][..], &["unlock", "C", "--clock"]] {
        assert_eq!(store.mfa(args).said().status, Some(0));
        assert_eq!(attempt(&store, &code).0, Some(1));
        assert_eq!(attempt(&store, &codes()[0]).0, Some(1));
    }
}

#[test]
fn after_a_clock_that_was_far_ahead_codes_are_accepted_again_but_none_up_to_now() {
    let store = TempStore::enrolled();
    let code = |ahead: u64| Totp::default().code(&secret(SECRET), UnixTime(now().0 + ahead));
    let ahead = now().0 / 30 + 1000;
    change(&store, "last_step", ahead);
    assert_eq!(attempt(&store, &code(30)).0, Some(1));
    store.mfa(["unlock", "C"]).gives(0, "Cleared 1 failure\n", "");
    assert_eq!(store.state("C")["last_step"], ahead, "that is for --clock alone");
    let earliest = now().0 / 30;
    store.mfa(["unlock", "C", "--clock"]).gives(0, "Codes from now on are accepted again\n", "");
    let step = store.state("C")["last_step"].as_u64().unwrap();
    assert!((earliest..=now().0 / 30).contains(&step), "{step}");
    // The code of the step in which the app was unlocked may have been used.
    let at_unlock = Totp::default().code(&secret(SECRET), UnixTime(step * 30));
    assert_eq!(attempt(&store, &at_unlock).0, Some(1));
    assert_eq!(attempt(&store, &code(30)).0, Some(0));
}

#[test]
fn a_last_step_that_a_right_clock_can_have_brought_stays() {
    let store = TempStore::enrolled();
    for step in [now().0 / 30 - 5, now().0 / 30 + 1] {
        change(&store, "last_step", step);
        store.mfa(["unlock", "C", "--clock"]).gives(0, "There was nothing to clear\n", "");
        assert_eq!(store.state("C")["last_step"], step);
    }
}
