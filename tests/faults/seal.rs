//! Sealing, rotating keys and undoing it, renaming and replacing what is sealed.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::common::codes::SECRET;
use crate::common::{Said, TempStore};
use crate::strace::{LACKS, Scene};
use crate::{NEW, files, half_written, let_in, next, used, used_code};

/// Returns the path of a key file: `a`, `b`, `both` with `b` on top, or `either` with `a` on top.
fn key(name: &str) -> &'static str {
    static KEYS: OnceLock<[String; 4]> = OnceLock::new();
    let paths = KEYS.get_or_init(|| {
        let folder = TempDir::new().unwrap().keep();
        let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        for name in ["a", "b"] {
            let store = TempStore::new();
            let said = store.bare(["keygen", &path(name), "--id", name]).said();
            assert_eq!(said.status, Some(0), "{said:?}");
        }
        for (name, keys) in [("both", ["b", "a"]), ("either", ["a", "b"])] {
            fs::copy(path("a"), path(name)).unwrap();
            let lines = keys.map(|key| fs::read_to_string(path(key)).unwrap()).concat();
            fs::write(path(name), lines).unwrap();
        }
        ["a", "b", "both", "either"].map(path)
    });
    paths.iter().find(|path| Path::new(path).file_name().unwrap() == name).unwrap()
}

/// Makes a store whose app `C` has accepted a code, and is sealed under `a`.
fn sealed() -> TempStore {
    let store = used();
    let said = store.mfa(["--key-file", key("a"), "encrypt"]).said();
    assert_eq!(said.status, Some(0), "{said:?}");
    store
}

fn is_sealed(store: &TempStore, app: &str) -> bool {
    store.read(&format!("secrets/{app}")).starts_with("mfa-secret:1:")
}

/// Presents a code with both keys, or without any where the secret is plain.
fn opens(store: &TempStore, app: &str, code: &str) -> bool {
    let run = if is_sealed(store, app) {
        store.mfa(["--key-file", key("either")])
    } else {
        store.mfa([""; 0])
    };
    let said = run.args(["authenticate", app, "-o", code]).said();
    assert!(matches!(said.status, Some(0 | 1)), "{said:?}");
    let_in(&said)
}

/// Asserts that an app is whole and remembers; returns a code that it has accepted now.
#[track_caller]
fn whole(store: &TempStore, app: &str, secret: &str, fault: &str) -> String {
    assert!(!opens(store, app, &used_code(store)), "{fault}: a code that was used");
    let code = next(secret);
    assert!(opens(store, app, &code), "{fault}");
    code
}

#[track_caller]
fn finished(store: &TempStore, args: &[&str], fault: &str) {
    let said = store.mfa(args).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ""), "{fault}: {said:?}");
    assert_eq!(half_written(store), [""; 0], "{fault}");
}

/// Kills and fails a command that seals or unseals the app `C`, checks that the app is whole, has the
/// command done again, and checks that nothing was forgotten.
fn resealed(store: fn() -> TempStore, args: &[&str], ends_sealed: bool, without: &'static [&str]) {
    let check = |store: &TempStore, said: Said, fault: &str| {
        assert!(matches!(said.status, None | Some(0 | 5 | 6)), "{fault}: {said:?}");
        let accepted = whole(store, "C", SECRET, fault);
        finished(store, args, fault);
        assert_eq!(is_sealed(store, "C"), ends_sealed, "{fault}");
        for code in [used_code(store), accepted] {
            assert!(!opens(store, "C", &code), "{fault}: {code}");
        }
        assert!(!ends_sealed || !files(store).contains("img/C.png"), "{fault}");
    };
    let scene = Scene { store: &store, args, fed: &String::new, without };
    scene.killed(check);
    scene.failing(check);
}

#[test]
#[ignore = "needs strace"]
fn killed_or_failing_at_any_call_encrypt_leaves_the_app_whole() {
    for without in LACKS {
        resealed(used, &["--key-file", key("a"), "encrypt"], true, without);
    }
}

#[test]
#[ignore = "needs strace"]
fn killed_or_failing_at_any_call_a_rotation_leaves_the_app_whole() {
    resealed(sealed, &["--key-file", key("both"), "encrypt"], true, &[]);
}

#[test]
#[ignore = "needs strace"]
fn killed_or_failing_at_any_call_decrypt_leaves_the_app_whole() {
    for without in LACKS {
        resealed(sealed, &["--key-file", key("a"), "decrypt"], false, without);
    }
}

#[test]
#[ignore = "needs strace"]
fn killed_or_failing_at_any_call_a_rename_of_what_is_sealed_leaves_one_app() {
    let args = ["--key-file", key("a"), "rename", "C", "D"];
    let check = |store: &TempStore, _: Said, fault: &str| {
        let listed = store.mfa(["list"]).said().stdout;
        let name = if listed == "App Name: C\n--------\n" { "C" } else { "D" };
        assert_eq!(listed, format!("App Name: {name}\n--------\n"), "{fault}");
        let accepted = whole(store, name, SECRET, fault);
        if name == "C" {
            finished(store, &args, fault);
        }
        finished(store, &["--key-file", key("both"), "encrypt"], fault);
        assert!(!store.read("state/D.json").contains("sealed_as"), "{fault}");
        for code in [used_code(store), accepted] {
            assert!(!opens(store, "D", &code), "{fault}: {code}");
        }
    };
    for without in LACKS {
        let scene = Scene { store: &sealed, args: &args, fed: &String::new, without };
        scene.killed(check);
        scene.failing(check);
    }
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_call_a_replacement_is_old_or_new_and_sealing_it_forgets_nothing() {
    let force = "create -n me -i C --secret-stdin --force".split(' ');
    let with_key: Vec<_> = ["--key-file", key("a")].into_iter().chain(force).collect();
    let stores: [fn() -> TempStore; 2] = [used, sealed];
    for store in stores {
        let scene = Scene { store: &store, args: &with_key, fed: &|| NEW.into(), without: &[] };
        scene.killed(|store, _, fault| {
            finished(store, &["--key-file", key("both"), "encrypt"], fault);
            // Which of the two is in force, only its codes tell; a time step may end meanwhile.
            let codes = [NEW, SECRET].map(next);
            let are_right = codes.each_ref().map(|code| opens(store, "C", code));
            assert_ne!(are_right[0], are_right[1], "{fault}");
            assert!(!opens(store, "C", &used_code(store)), "{fault}: a code that was used");
            finished(store, &["--key-file", key("both"), "encrypt"], fault);
            for code in codes {
                assert!(!opens(store, "C", &code), "{fault}: used just now");
            }
        });
    }
}
