use serde_json::json;

use crate::common::TempStore;
use crate::common::codes::{SECRET, secret};
use crate::{REFUSED, attempt, change, code, enrol, with_counter};

#[test]
fn each_code_of_rfc_4226_opens_once_and_in_its_order() {
    let store = with_counter(0);
    for counter in 0..10 {
        store.mfa(["-a", "C", "-o", &code(counter)]).gives(0, "Welcome\n", "");
        assert_eq!(attempt(&store, &code(counter)), (Some(1), "reused".into()));
        assert_eq!(store.mfa(["unlock", "C"]).said().status, Some(0));
    }
    for counter in 0..9 {
        store.put("audit.jsonl", "");
        assert_eq!(attempt(&store, &code(counter)), (Some(1), "wrong".into()), "{counter}");
        assert!(store.read("audit.jsonl").contains(r#""factor":"hotp""#));
        assert_eq!(store.mfa(["unlock", "C"]).said().status, Some(0));
    }
}

#[test]
fn the_answer_says_that_the_code_went_by_counter() {
    let store = with_counter(7);
    let said = store.mfa(["authenticate", "C", "--json", "-o", &code(7)]).said();
    let expected = json!({
        "accepted": true, "reason": "accepted", "retry_after": null, "factor": "hotp",
        "backup_codes_left": 0
    });
    assert_eq!((said.status, said.json()), (Some(0), expected));
}

#[test]
fn the_ten_codes_after_the_last_accepted_one_open_and_no_other() {
    for (counter, status) in [(0, 0), (9, 0), (10, 1), (1000, 1)] {
        let store = with_counter(0);
        assert_eq!(attempt(&store, &code(counter)).0, Some(status), "{counter}");
    }
    let store = with_counter(0);
    for counter in [9, 19, 29] {
        assert_eq!(attempt(&store, &code(counter)).0, Some(0), "{counter}");
    }
    assert_eq!(store.state("C")["last_step"], 29);
}

#[test]
fn a_wrong_code_does_not_move_the_counter() {
    let store = with_counter(0);
    for wrong in [code(500), code(501), code(502)] {
        assert_eq!(attempt(&store, &wrong).0, Some(1));
    }
    assert!(store.state("C")["last_step"].is_null());
    assert_eq!(attempt(&store, &code(9)).0, Some(0));
    assert!(attempt(&store, &code(20)).0 == Some(1) && store.state("C")["last_step"] == 9);
}

#[test]
fn thirty_failures_in_a_row_disable_the_app_until_its_owner_unlocks_it() {
    let store = with_counter(0);
    change(&store, "failures", 29);
    assert_eq!(attempt(&store, &code(99)).0, Some(3), "it has to wait");
    change(&store, "failed_at", 0);
    assert_eq!(attempt(&store, &code(99)).0, Some(1));
    change(&store, "failed_at", 0);
    assert_eq!(attempt(&store, &code(0)), (Some(3), "disabled".into()));
    store.mfa(["unlock", "C"]).gives(0, "Cleared 30 failures\nEnabled it again\n", "");
    assert_eq!(attempt(&store, &code(0)).0, Some(0));
}

#[test]
fn the_clock_does_not_matter_and_cannot_be_corrected() {
    let store = with_counter(5);
    let before = store.snapshot();
    store.mfa(["unlock", "C", "--clock"]).gives(
        2,
        "",
        "error: --clock is for codes by the clock, and this app's go by a counter\nhint: a token that is too far ahead is found again by mfa resync\n",
    );
    assert_eq!(store.snapshot(), before);
    assert!(store.mfa(["doctor"]).said().stdout.ends_with("Nothing is wrong\n"));
}

#[test]
fn a_yubikey_may_type_its_identifier_before_the_digits() {
    let store = with_counter(0);
    let typed = |counter| format!("cccjgjgkhcbb{}", code(counter));
    let malformed = "error: a code is 6 to 8 digits, a backup code three groups of four\n";
    store.mfa(["-a", "C", "-o", &typed(0)]).gives(2, "", malformed);
    change(&store, "types_identifier", true);
    store.mfa(["-a", "C", "-o", "-"]).fed(typed(0)).gives(0, "Welcome\n", "");
    store.mfa(["-a", "C", "-o", &code(1)]).gives(0, "Welcome\n", "");
    store.mfa(["-a", "C", "-o", &typed(1)]).gives(1, REFUSED, "");
}

#[test]
fn a_run_a_rename_and_a_uri_go_on_with_the_counter() {
    let store = with_counter(0);
    store.mfa(["run", "C", "-o", &code(3), "--", "echo", "ran"]).gives(0, "ran\n", "");
    let uri = format!("otpauth://hotp/C:me?secret={SECRET}&issuer=C&counter=4\n");
    store.mfa(["uri", "C"]).gives(0, &uri, "");
    store.mfa(["export", "C"]).gives(0, &uri, "");
    assert_eq!(store.mfa(["rename", "C", "D"]).said().status, Some(0));
    assert_eq!(store.mfa(["-a", "D", "-o", &code(3)]).said().status, Some(1));
    assert_eq!(store.mfa(["-a", "D", "-o", &code(4)]).said().status, Some(0));
    let other = TempStore::new();
    let exported = store.mfa(["export", "D"]).said().stdout;
    assert_eq!(other.mfa(["import", "-"]).fed(exported).said().status, Some(0));
    assert_eq!(attempt(&other, &code(4)).0, Some(1));
    assert_eq!(attempt(&other, &code(5)).0, Some(0));
}

#[test]
fn the_last_counter_of_all_never_opens_so_that_a_uri_has_one_to_go_on_with() {
    let store = with_counter(u64::MAX - 1);
    assert_eq!(attempt(&store, &code(u64::MAX - 1)).0, Some(0));
    assert_eq!(attempt(&store, &code(u64::MAX - 1)), (Some(1), "reused".into()));
    assert_eq!(attempt(&store, &code(u64::MAX)), (Some(1), "wrong".into()));
    assert_eq!(attempt(&store, &code(0)).0, Some(1));
    let exported = store.mfa(["uri", "C"]).said().stdout;
    assert!(exported.ends_with("&counter=18446744073709551615\n"), "{exported}");
    let other = TempStore::new();
    assert_eq!(other.mfa(["import", "-"]).fed(exported).said().status, Some(0));
    assert_eq!(attempt(&other, &code(u64::MAX)).0, Some(1));
    assert_eq!(store.mfa(["code", "C", "--next"]).said().status, Some(0));
    store.mfa(["code", "C", "--next"]).gives(
        2,
        "",
        "error: the counter is at its end, there is no next code\n",
    );
}

#[test]
fn digits_and_hash_are_the_apps() {
    let store = TempStore::new();
    enrol(&store, &["--digits", "8", "--algorithm", "SHA256"]);
    let digits = 8.try_into().unwrap();
    let hotp =
        mfa::domain::Hotp { digits, algorithm: mfa::domain::Algorithm::Sha256, ..<_>::default() };
    assert_eq!(attempt(&store, &hotp.code(&secret(SECRET), 2)).0, Some(0));
    let short = "error: the code has 6 digits, this app's have 8\n";
    store.mfa(["-a", "C", "-o", &code(3)]).gives(2, "", short);
}
