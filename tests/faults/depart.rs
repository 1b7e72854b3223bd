use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::strace::{LACKS, Scene};
use crate::{files, half_written, let_in, next, of_app, used, used_code};

fn opens(store: &TempStore, app: &str, code: &str) -> bool {
    let_in(&store.mfa(["-a", app, "-o", code]).said())
}

/// Asserts that the app is there under one of its names, with everything it remembers, and returns
/// that name and a code that it has accepted.
#[track_caller]
fn one_of_both<'a>(store: &TempStore, fault: &str) -> (&'a str, String) {
    let listed = store.mfa(["list"]).said().stdout;
    let name = if listed == "App Name: C\n--------\n" { "C" } else { "D" };
    assert_eq!(listed, format!("App Name: {name}\n--------\n"), "{fault}");
    assert_eq!(store.read(&format!("secrets/{name}")), SECRET, "{fault}");
    assert!(!opens(store, name, &used_code(store)), "{fault}: a code that was used");
    let code = next(SECRET);
    assert!(opens(store, name, &code), "{fault}");
    let images = files(store).into_iter().filter(|file| file.ends_with("png"));
    let others: Vec<_> = images.filter(|image| *image != format!("img/{name}.png")).collect();
    assert_eq!(others, [""; 0], "{fault}: the image of no app");
    (name, code)
}

/// Finishes what was begun, and asserts what is left.
#[track_caller]
fn renamed(store: &TempStore, (name, code): (&str, String), fault: &str) {
    if name == "C" {
        store.mfa(["rename", "C", "D"]).gives(0, "Renamed C to D\n", "");
    }
    let found = files(store);
    assert_eq!(half_written(store), [""; 0], "{fault}");
    assert!(found.is_superset(&of_app("D", "secret state")), "{fault}: {found:?}");
    assert!(!opens(store, "D", &code), "{fault}: used under its old name");
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_a_rename_leaves_one_app_that_remembers_its_used_codes() {
    for without in LACKS {
        Scene { store: &used, args: &["rename", "C", "D"], fed: &String::new, without }.killed(
            |store, _, fault| {
                let accepted = one_of_both(store, fault);
                renamed(store, accepted, fault);
            },
        );
    }
}

#[test]
#[ignore = "needs strace"]
fn with_a_disk_that_fails_at_any_call_a_rename_leaves_one_app() {
    for without in LACKS {
        Scene { store: &used, args: &["rename", "C", "D"], fed: &String::new, without }.failing(
            |store, said, fault| {
                assert!(matches!(said.status, Some(0 | 5 | 6)), "{fault}: {said:?}");
                if said.status != Some(0) {
                    assert_eq!(files(store), files(&used()), "{fault}");
                }
                let accepted = one_of_both(store, fault);
                renamed(store, accepted, fault);
            },
        );
    }
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_a_removal_leaves_no_image_and_no_used_code_that_opens() {
    Scene { store: &used, args: &["remove", "C", "--yes"], fed: &String::new, without: &[] }
        .killed(|store, _, fault| {
            assert!(!opens(store, "C", &used_code(store)), "{fault}");
            let exists = store.at("secrets/C").exists();
            assert!(exists || !store.at("img/C.png").exists(), "{fault}");
            if exists {
                assert!(opens(store, "C", &next(SECRET)), "{fault}");
                store.mfa(["remove", "C", "--yes"]).gives(0, "Removed C\n", "");
                assert!(files(store).is_empty(), "{fault}: {:?}", files(store));
            }
            let again = store.mfa(["create", "-n", "n", "-i", "C"]).said();
            assert_eq!(again.status, Some(0), "{fault}: {again:?}");
            assert_eq!(files(store), of_app("C", "secret state image"), "{fault}");
        });
}
