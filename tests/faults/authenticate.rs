use crate::common::codes::{SECRET, right, wrong};
use crate::common::{Said, TempStore};
use crate::strace::{Scene, noted};
use crate::{files, half_written, let_in, next, of_app, unlogged};

/// The stores, which differ in what has to be created before a first outcome is recorded.
const STORES: [fn() -> TempStore; 2] =
    [|| TempStore::with_secret("C", SECRET), TempStore::enrolled];

const AUTHENTICATE: [&str; 4] = ["authenticate", "C", "-o", "-"];

/// Tries the code twice more, and asserts what is left in the store.
#[track_caller]
fn opens_once(store: &TempStore, said: &Said, fault: &str) {
    let again = || store.mfa(AUTHENTICATE).fed(noted(store)).said();
    let tries = [said.clone(), again(), again()];
    let welcomes = tries.iter().filter(|said| let_in(said)).count();
    assert_eq!(welcomes, 1, "{fault}: {tries:?}");
    assert!(tries[1..].iter().all(|said| matches!(said.status, Some(0 | 1))), "{fault}: {tries:?}");
    assert_eq!(store.read("secrets/C"), SECRET, "{fault}");
    assert_eq!(half_written(store), [""; 0], "{fault}");
    assert!(let_in(&store.mfa(AUTHENTICATE).fed(next(SECRET)).said()), "{fault}");
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_a_code_opens_at_most_once_and_no_other_is_shut_out() {
    for store in STORES {
        let scene = Scene { store: &store, args: &AUTHENTICATE, fed: &right, without: &[] };
        scene.killed(|store, said, fault| {
            // If the run was killed after recording, the code is spent, though nobody was told.
            let spent = store.at("state/C.json").exists()
                && !store.state("C")["last_step"].is_null()
                && !let_in(&said);
            let said = if spent { Said { status: Some(0), ..said } } else { said };
            opens_once(store, &said, fault);
        });
    }
}

#[test]
#[ignore = "needs strace"]
fn with_a_disk_that_fails_at_any_call_right_and_wrong_codes_get_one_answer_or_are_recorded() {
    for store in STORES {
        let right = Scene { store: &store, args: &AUTHENTICATE, fed: &right, without: &[] };
        let wrong = Scene { store: &store, args: &AUTHENTICATE, fed: &wrong, without: &[] };
        right.failing_twice(&wrong, |[(store, right), (beside, wrong)], fault| {
            if right.status == Some(0) {
                // Only the answer or the audit log could not be written.
                assert!(matches!(&*right.stdout, "" | "Welcome\n"), "{fault}: {right:?}");
                assert!(unlogged(&right), "{fault}: {right:?}");
                assert!(unlogged(&wrong) && wrong.status == Some(1), "{fault}: {wrong:?}");
                assert_eq!(beside.state("C")["failures"], 1, "{fault}");
            } else {
                assert_eq!(right, wrong, "{fault}");
                assert!(matches!(right.status, Some(5 | 6)), "{fault}: {right:?}");
                assert_eq!(right.stdout, "", "{fault}");
                let reads = right.stderr.starts_with("error: cannot read STORE");
                let expected = if reads { Some(5) } else { Some(6) };
                assert_eq!(right.status, expected, "{fault}: {right:?}");
            }
            let kinds = ["secret", "secret state", "secret image", "secret state image"];
            assert!(kinds.map(|kinds| of_app("C", kinds)).contains(&files(&store)), "{fault}");
            let spent = Said { status: Some(0), ..right.clone() };
            let is_spent =
                store.at("state/C.json").exists() && !store.state("C")["last_step"].is_null();
            opens_once(&store, if is_spent { &spent } else { &right }, fault);
        });
    }
}
