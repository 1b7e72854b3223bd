use std::fs;
use std::os::unix::fs::symlink;

use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::common::disk::{mode, set_mode};
use crate::refused;

fn whole_store() -> TempStore {
    let store = TempStore::with_secret("C", SECRET);
    for folder in ["state", "img"] {
        fs::create_dir(store.at(folder)).unwrap();
        set_mode(store.at(folder), 0o700);
    }
    store
}

#[test]
fn a_folder_that_others_can_write_to_is_not_believed_and_the_hint_mends_it() {
    let authenticate = ["-a", "C", "-o", &right()];
    let create = ["-c", "-n", "n", "-i", "D"];
    for (folder, commands) in [
        ("STORE", vec![&authenticate[..], &create, &["list"], &["list", "--long"]]),
        ("STORE/secrets", vec![&authenticate[..], &create, &["list"], &["list", "--long"]]),
        ("STORE/state", vec![&authenticate[..], &create]),
        ("STORE/img", vec![&create[..]]),
    ] {
        for bad in [0o770, 0o777, 0o702, 0o1777] {
            let store = whole_store();
            let path = folder.replace("STORE", store.path().to_str().unwrap());
            set_mode(&path, bad);
            let message = format!(
                "error: {folder} can be written by other users\nhint: run chmod go-w {folder}\n"
            );
            for args in &commands {
                refused(&store, store.mfa(*args), 5, &message);
            }
            assert_eq!(mode(&path), bad, "nothing is mended unasked");
        }
    }
}

#[test]
fn a_folder_that_others_can_only_read_is_believed() {
    let store = whole_store();
    for folder in ["", "secrets", "state", "img"] {
        set_mode(store.at(folder), 0o755);
    }
    store.mfa(["-a", "C", "-o", &right()]).gives(0, "Welcome\n", "");
}

#[test]
fn a_file_or_a_link_in_the_place_of_a_folder_is_not_believed() {
    let create = ["-c", "-n", "n", "-i", "D"];
    for folder in ["", "secrets", "state", "img"] {
        let store = whole_store();
        let (path, moved) = (store.at(folder), store.outside().join("moved"));
        // Without the slash that an empty name would leave at the end.
        let path = path.components().collect::<std::path::PathBuf>();
        fs::rename(&path, &moved).unwrap();
        let shown = path.to_str().unwrap().replace(store.path().to_str().unwrap(), "STORE");
        let message = format!("error: {shown} is not a folder, or is a symbolic link to one\n");
        symlink(&moved, &path).unwrap();
        refused(&store, store.mfa(create), 5, &message);
        if folder != "img" {
            refused(&store, store.mfa(["-a", "C", "-o", &right()]), 5, &message);
        }
        fs::remove_file(&path).unwrap();
        fs::write(&path, "").unwrap();
        refused(&store, store.mfa(create), 5, &message);
    }
}

#[test]
fn a_path_that_could_steer_the_terminal_is_escaped_in_the_message_and_in_the_hint() {
    let store = TempStore::new();
    let path = store.outside().join("a\u{1b}[31m\nerror: b\u{202e}");
    fs::create_dir(&path).unwrap();
    set_mode(&path, 0o777);
    let shown = format!(r"{}/a\u{{1b}}[31m\nerror: b\u{{202e}}", store.outside().display());
    let message =
        format!("error: {shown} can be written by other users\nhint: run chmod go-w '{shown}'\n");
    refused(&store, store.bare(["list", "--store"]).args([path]), 5, &message);
}

#[test]
fn a_store_that_cannot_be_made_is_status_6_and_its_cause_is_told_once() {
    let store = TempStore::new();
    let message = "error: cannot write /proc/x: No such file or directory (os error 2)\n";
    refused(&store, store.bare(["-c", "-n", "n", "-i", "C", "--store", "/proc/x"]), 6, message);
    refused(
        &store,
        store.bare(["-a", "C", "-o", "123456", "--store", "/proc/x"]),
        4,
        "error: no app named 'C'\n",
    );
}
