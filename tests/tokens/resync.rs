use serde_json::json;

use crate::common::codes::{SECRET, now, secret};
use crate::common::{Run, TempStore};
use crate::{REFUSED, attempt, change, code, with_counter};
use mfa::domain::{Totp, UnixTime};

fn resync(store: &TempStore, [first, second]: [String; 2]) -> Run {
    store.mfa(["resync", "C", "-o", "-"]).fed(format!("{first}\n{second}\n"))
}

const FOUND: &str = "Resynchronised: the next code opens\n";

#[test]
fn two_codes_in_a_row_find_a_token_that_is_far_ahead_and_let_nobody_in() {
    let store = with_counter(0);
    assert_eq!(attempt(&store, &code(700)).0, Some(1));
    resync(&store, [code(700), code(701)]).gives(0, FOUND, "");
    assert!(store.state("C")["last_used"].is_null());
    for used in [699, 700, 701] {
        assert_eq!(attempt(&store, &code(used)).0, Some(1), "{used}");
    }
    assert_eq!(store.mfa(["unlock", "C"]).said().status, Some(0));
    assert_eq!(attempt(&store, &code(702)).0, Some(0));
    let log = store.read("audit.jsonl");
    assert!(log.contains(r#""action":"resync","factor":"hotp","outcome":"accepted""#), "{log}");
}

#[test]
fn codes_out_of_order_too_far_ahead_or_used_are_failures_like_any_other() {
    let store = with_counter(5);
    for pair in [[8, 7], [7, 9], [4, 5], [1005, 1006]] {
        resync(&store, pair.map(code)).gives(1, REFUSED, "");
    }
    assert_eq!(store.state("C")["failures"], 4);
    let waits = resync(&store, [6, 7].map(code)).said();
    assert_eq!((waits.status, &*waits.stdout), (Some(3), REFUSED));
    assert!(waits.stderr.starts_with("error: too many failures"), "{waits:?}");
    assert_eq!(store.state("C")["last_step"], 4);
    assert_eq!(store.mfa(["unlock", "C"]).said().status, Some(0));
    resync(&store, [1004, 1005].map(code)).gives(0, FOUND, "");
}

#[test]
fn the_answer_in_json_says_why_not() {
    let store = with_counter(0);
    let said = resync(&store, [1, 2].map(code)).args(["--json"]).said();
    let expected = json!({"app": "C", "resynced": true, "reason": "accepted", "retry_after": null});
    assert_eq!((said.status, said.json()), (Some(0), expected));
    let said = resync(&store, [1, 2].map(code)).args(["--json"]).said();
    let expected = json!({"app": "C", "resynced": false, "reason": "wrong", "retry_after": null});
    assert_eq!((said.status, said.json()), (Some(1), expected));
    let said = store.mfa(["resync", "D", "--json", "-o", "-"]).fed("1\n2\n").said();
    let expected =
        json!({"app": "D", "resynced": false, "reason": "unknown_app", "retry_after": null});
    assert_eq!((said.status, said.json()), (Some(4), expected));
}

#[test]
fn what_are_no_two_codes_of_a_token_is_not_counted() {
    let store = with_counter(0);
    let before = store.read("state/C.json");
    for (fed, error) in [
        ("", "resync takes two codes, a line each"),
        ("123456\n", "resync takes two codes, a line each"),
        ("x\n123456\n", "a code is 6 to 8 digits, a backup code three groups of four"),
        ("123456\n1234567\n", "the code has 7 digits, this app's have 6"),
    ] {
        let run = store.mfa(["resync", "C", "-o", "-"]).fed(fed);
        run.gives(2, "", &format!("error: {error}\n"));
    }
    let missing = "error: Missing code\nhint: pipe the two codes in, a line each, with -o -\n";
    store.unattended(["resync", "C"]).gives(2, "", missing);
    assert_eq!(store.read("state/C.json"), before);
    store.mfa(["resync", "D"]).gives(4, "", "error: no app named 'D'\n");
    let phone = TempStore::with_secret("C", SECRET);
    let error = "error: only a hardware token's codes can be resynchronised\n";
    resync(&phone, [1, 2].map(code)).gives(2, "", error);
}

/// Returns the codes that a token shows which is this many steps ahead, in two steps in a row.
fn shown(ahead: i64) -> [String; 2] {
    [ahead - 1, ahead].map(|steps| {
        let then = now().0.saturating_add_signed(30 * steps);
        Totp::default().code(&secret(SECRET), UnixTime(then))
    })
}

#[test]
fn a_token_whose_clock_is_off_opens_once_it_was_found() {
    let create = ["create", "-n", "me", "-i", "C", "--hardware", "--secret-stdin"];
    for ahead in [20, -20] {
        let store = TempStore::new();
        assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
        assert_eq!(attempt(&store, &shown(ahead)[1]).0, Some(1));
        resync(&store, shown(ahead)).gives(0, FOUND, "");
        let drift = store.state("C")["drift"].as_i64().unwrap();
        assert!((drift - ahead).abs() <= 1, "{drift}");
        assert_eq!(attempt(&store, &shown(ahead)[1]).0, Some(1), "used by it");
        assert_eq!(attempt(&store, &shown(ahead + 1)[1]).0, Some(0));
    }
}

#[test]
fn correcting_the_clock_opens_to_no_code_that_a_token_has_used() {
    let store = TempStore::new();
    let create = ["create", "-n", "me", "-i", "C", "--hardware", "--secret-stdin"];
    assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
    resync(&store, shown(30)).gives(0, FOUND, "");
    // As if our clock had been ahead since: the token is where it was.
    change(&store, "drift", 20);
    store.mfa(["unlock", "C", "--clock"]).gives(0, "There was nothing to clear\n", "");
    for ahead in 20..=30 {
        assert_eq!(attempt(&store, &shown(ahead)[1]).0, Some(1), "{ahead}");
        assert_eq!(store.mfa(["unlock", "C"]).said().status, Some(0));
    }
    change(&store, "last_step", now().0 / 30 + 5000);
    let said = store.mfa(["unlock", "C", "--clock"]).said().stdout;
    assert!(
        said.starts_with("Codes from 20") && said.ends_with("Z on are accepted again\n"),
        "{said}"
    );
    let step = store.state("C")["last_step"].as_u64().unwrap();
    assert!(step >= now().0 / 30 + 49, "as far as a token may be ahead: {step}");
}
