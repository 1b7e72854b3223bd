use crate::common::codes::{SECRET, right};
use crate::common::{Said, TempStore};
use crate::strace::{LACKS, Scene};
use crate::{files, of_app, unlogged};

const CREATE: [&str; 6] = ["create", "-n", "me", "-i", "D", "--secret-stdin"];

/// The stores, which differ in the folders that have to be created.
const STORES: [fn() -> TempStore; 3] =
    [TempStore::new, || TempStore::with_secret("C", SECRET), TempStore::enrolled];

/// Reports whether the app is listed; listing sweeps away what a killed enrolment left.
fn listed(store: &TempStore) -> bool {
    store.mfa(["list"]).said().stdout.contains("App Name: D\n")
}

/// Asserts that the app is there whole or not at all, and that it can be enrolled again.
#[track_caller]
fn whole_or_not_at_all(make: fn() -> TempStore, store: &TempStore, fault: &str) {
    let exists = listed(store);
    let mut expected = files(&make());
    if exists {
        expected.extend(of_app("D", "secret state image"));
        let verified = store.mfa(["-a", "D", "-o", &right()]).said();
        assert_eq!(verified.stdout, "Welcome\n", "{fault}: {verified:?}");
    }
    assert_eq!(files(store), expected, "{fault}");
    let plain = store.mfa(CREATE).fed(SECRET).said().status;
    assert_eq!(plain, Some(i32::from(exists)), "{fault}");
    if exists {
        let forced = store.mfa(CREATE).args(["--force"]).fed(SECRET).said();
        assert_eq!(forced.status, Some(0), "{fault}: {forced:?}");
    } else {
        store.mfa(["-a", "D", "-o", &right()]).gives(0, "Welcome\n", "");
    }
    expected.extend(of_app("D", "secret state image"));
    assert_eq!(files(store), expected, "{fault}");
    if store.at("secrets/C").exists() {
        store.mfa(["-a", "C", "-o", &right()]).gives(0, "Welcome\n", "");
    }
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_an_app_exists_whole_or_not_at_all() {
    for (make, without) in STORES.map(|make| LACKS.map(|lacks| (make, lacks))).concat() {
        Scene { store: &make, args: &CREATE, fed: &|| SECRET.into(), without }
            .killed(|store, _, fault| whole_or_not_at_all(make, store, fault));
    }
}

#[test]
#[ignore = "needs strace"]
fn with_a_disk_that_fails_at_any_call_nothing_is_left_of_an_enrolment() {
    for (make, without) in STORES.map(|make| LACKS.map(|lacks| (make, lacks))).concat() {
        Scene { store: &make, args: &CREATE, fed: &|| SECRET.into(), without }.failing(
            |store, said, fault| {
                if said.status == Some(0) {
                    // Only a line of the answer or the audit log could not be written.
                    assert!(unlogged(&said), "{fault}: {said:?}");
                } else {
                    assert!(matches!(said.status, Some(5 | 6)), "{fault}: {said:?}");
                    assert!(said.stderr.starts_with("error: cannot "), "{fault}: {said:?}");
                    assert_eq!(said, Said { stdout: String::new(), ..said.clone() }, "{fault}");
                    assert_eq!(files(store), files(&make()), "{fault}");
                    assert!(!listed(store), "{fault}");
                }
                whole_or_not_at_all(make, store, fault);
            },
        );
    }
}
