use std::sync::OnceLock;

use crate::common::TempStore;
use crate::common::codes::right;
use crate::strace::Scene;
use crate::{half_written, let_in};

const AUTHENTICATE: [&str; 4] = ["authenticate", "C", "-o", "-"];

/// Returns a state with two backup codes, and the first of them.
fn set() -> &'static (String, String) {
    static SET: OnceLock<(String, String)> = OnceLock::new();
    SET.get_or_init(|| {
        let store = TempStore::enrolled();
        let made = store.mfa(["backup-codes", "C", "--count", "2", "--json"]).said().json();
        (store.read("state/C.json"), made["backup_codes"][0].as_str().unwrap().into())
    })
}

fn with_codes() -> TempStore {
    let store = TempStore::enrolled();
    store.put("state/C.json", &set().0);
    store
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_a_redemption_gives_no_code_back_that_was_taken() {
    let code = &set().1;
    let scene =
        Scene { store: &with_codes, args: &AUTHENTICATE, fed: &|| code.clone(), without: &[] };
    scene.killed(|store, said, fault| {
        let again = || store.mfa(AUTHENTICATE).fed(&**code).said();
        let tries = [said, again()];
        let welcomes = tries.iter().filter(|said| let_in(said)).count();
        assert!(welcomes <= 1, "{fault}: {tries:?}");
        let left = store.state("C")["backup"]["digests"].as_array().unwrap().len();
        assert_eq!(left, 1, "{fault}: it is gone, whoever had it: {tries:?}");
        assert_eq!(half_written(store), [""; 0], "{fault}");
        assert!(let_in(&store.mfa(AUTHENTICATE).fed(right()).said()), "{fault}");
    });
}

#[test]
#[ignore = "needs strace"]
fn with_a_disk_that_fails_at_any_call_a_redemption_is_recorded_or_refused() {
    let code = &set().1;
    let scene =
        Scene { store: &with_codes, args: &AUTHENTICATE, fed: &|| code.clone(), without: &[] };
    scene.failing(|store, said, fault| {
        assert!(matches!(said.status, Some(0 | 5 | 6)), "{fault}: {said:?}");
        let taken = said.status == Some(0);
        let again = store.mfa(AUTHENTICATE).fed(&**code).said();
        assert!(!(taken && let_in(&again)), "{fault}: {said:?} {again:?}");
        let left = store.state("C")["backup"]["digests"].as_array().unwrap().len();
        assert_eq!(left, 1, "{fault}: {again:?}");
    });
}
