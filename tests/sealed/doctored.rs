use std::fs;

use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::common::disk::set_mode;
use crate::{attempt, is_sealed, keygen, sealed, with_key};

/// Puts a file into the store as somebody would who can write to it.
fn plant(store: &TempStore, file: &str, bytes: impl AsRef<[u8]>) {
    fs::write(store.at(file), bytes).unwrap();
    set_mode(store.at(file), 0o600);
}

#[track_caller]
fn refused(store: &TempStore, what: &str) {
    let said = attempt(store, &right());
    assert_eq!((said.status, &*said.stdout), (Some(5), ""), "{what}");
    assert!(said.stderr.starts_with("error: STORE/"), "{what}: {said:?}");
}

#[test]
fn a_change_of_any_byte_of_a_secret_or_a_state_is_refused() {
    let store = sealed();
    for file in ["secrets/C", "state/C.json"] {
        let whole = store.read(file).into_bytes();
        // The line end alone is not part of what is sealed.
        for place in 0..whole.len() - 1 {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            plant(&store, file, &changed);
            refused(&store, &format!("{file} at {place}"));
        }
        for length in [0, 1, whole.len() / 2, whole.len() - 2] {
            plant(&store, file, &whole[..length]);
            refused(&store, &format!("{file} cut to {length}"));
        }
        plant(&store, file, &whole);
    }
    assert_eq!(attempt(&store, &right()).stdout, "Welcome\n");
}

#[test]
fn the_files_of_another_app_of_an_older_key_or_none_at_all_are_refused() {
    let store = sealed();
    let create = ["create", "-n", "me", "-i", "D", "--secret-stdin"];
    let other = SECRET.replace('G', "A");
    assert_eq!(with_key(&store, "a", &create).fed(other).said().status, Some(0));
    keygen(&store, "old");
    let create = ["create", "-n", "me", "-i", "E", "--secret-stdin"];
    assert_eq!(with_key(&store, "old", &create).fed(SECRET).said().status, Some(0));
    let (secret, state) = (store.read("secrets/C"), store.read("state/C.json"));
    for (file, planted) in [
        ("secrets/C", store.read("secrets/D")),
        ("state/C.json", store.read("state/D.json")),
        ("secrets/C", store.read("secrets/E")),
        ("state/C.json", store.read("state/E.json")),
        ("secrets/C", SECRET.to_owned()),
        ("state/C.json", state.lines().next().unwrap().to_owned() + "\n"),
        ("state/C.json", String::new()),
    ] {
        plant(&store, file, planted);
        refused(&store, file);
        plant(&store, "secrets/C", &secret);
        plant(&store, "state/C.json", &state);
    }
    fs::remove_file(store.at("state/C.json")).unwrap();
    let gone = "error: STORE/secrets/C is damaged: it is sealed, and its state is missing\n";
    let said = attempt(&store, &right());
    assert_eq!((said.status, &*said.stderr), (Some(5), gone));
    plant(&store, "state/C.json", &state);
    assert_eq!(attempt(&store, &right()).stdout, "Welcome\n");
}

#[test]
fn whoever_can_write_to_the_store_cannot_plant_an_app_or_a_backup_code() {
    let store = sealed();
    plant(&store, "secrets/M", SECRET);
    let planted = with_key(&store, "a", &["authenticate", "M", "-o", &right()]).said();
    assert_eq!(planted.status, Some(5), "{planted:?}");
    let made = TempStore::enrolled();
    let codes = made.mfa(["backup-codes", "C", "--count", "1", "--json"]).said().json();
    let code = codes["backup_codes"][0].as_str().unwrap();
    let mac = store.read("state/C.json").lines().nth(1).unwrap().to_owned();
    for text in [made.read("state/C.json"), made.read("state/C.json") + &mac + "\n"] {
        plant(&store, "state/C.json", text);
        assert_eq!(attempt(&store, code).status, Some(5));
    }
}

#[test]
fn a_state_that_forgot_a_used_code_is_refused_even_where_it_was_right_once() {
    let store = sealed();
    let fresh = store.read("state/C.json");
    let code = right();
    assert_eq!(attempt(&store, &code).stdout, "Welcome\n");
    // What was sealed for another name was right there alone.
    with_key(&store, "a", &["rename", "C", "D"]).gives(0, "Renamed C to D\n", "");
    plant(&store, "state/D.json", fresh);
    let said = with_key(&store, "a", &["authenticate", "D", "-o", &code]).said();
    assert_eq!(said.status, Some(5), "{said:?}");
}

#[test]
fn a_sealed_store_leaves_no_picture_and_doctor_finds_one_and_a_key_inside() {
    let store = TempStore::enrolled();
    keygen(&store, "a");
    assert!(store.at("img/C.png").exists());
    with_key(&store, "a", &["encrypt"]).gives(0, "Sealed C\n", "");
    assert!(is_sealed(&store, "C") && !store.at("img/C.png").exists());
    plant(&store, "img/C.png", "picture");
    let inside = store.at("my.key");
    fs::copy(store.outside().join("a"), &inside).unwrap();
    set_mode(&inside, 0o600);
    let said = store.mfa(["--key-file", inside.to_str().unwrap(), "doctor"]).said();
    assert_eq!(said.status, Some(5));
    for problem in [
        "STORE/img/C.png shows the secret of an app whose secret is sealed",
        "STORE/my.key is in the store whose secrets it opens",
    ] {
        assert!(said.stdout.contains(problem), "{said:?}");
    }
}

#[test]
fn a_plain_secret_in_the_place_of_a_sealed_one_is_refused_with_a_key_and_without() {
    let store = sealed();
    plant(&store, "secrets/C", SECRET);
    let error = "error: STORE/secrets/C is plain, and its state is that of a sealed one\n";
    store.mfa(["authenticate", "C", "-o", &right()]).gives(5, "", error);
    for args in [&["encrypt"][..], &["--allow-plain", "authenticate", "C", "-o", "000000"]] {
        with_key(&store, "a", args).gives(5, "", error);
    }
}

#[test]
fn an_older_secret_or_an_older_state_alone_does_not_fit_the_other() {
    let store = sealed();
    let (secret, state) = (store.read("secrets/C"), store.read("state/C.json"));
    let force = ["create", "-n", "me", "-i", "C", "--secret-stdin", "--force"];
    let other = SECRET.replace('G', "A");
    assert_eq!(with_key(&store, "a", &force).fed(other).said().status, Some(0));
    assert_eq!(attempt(&store, "000000").status, Some(1));
    let (new_secret, new_state) = (store.read("secrets/C"), store.read("state/C.json"));
    for (file, old, new) in
        [("secrets/C", &secret, &new_secret), ("state/C.json", &state, &new_state)]
    {
        plant(&store, file, old);
        let said = attempt(&store, &right());
        let error = "error: STORE/state/C.json is damaged: it belongs to another secret than the one in place\n";
        assert_eq!((said.status, &*said.stderr), (Some(5), error), "{file}");
        plant(&store, file, new);
    }
    // An app that was removed and enrolled again does not take the old state either.
    assert_eq!(with_key(&store, "a", &["remove", "C", "--yes"]).said().status, Some(0));
    let create = ["create", "-n", "me", "-i", "C", "--secret-stdin"];
    assert_eq!(with_key(&store, "a", &create).fed(SECRET).said().status, Some(0));
    plant(&store, "state/C.json", &state);
    assert_eq!(attempt(&store, &right()).status, Some(5));
}

#[test]
fn a_state_of_a_plain_or_a_lost_secret_with_a_wrong_code_of_the_key_is_refused() {
    let store = sealed();
    let state = store.read("state/C.json");
    plant(&store, "secrets/P", SECRET);
    plant(&store, "state/P.json", state.replace("sealed_sha256", "x"));
    let encrypt = with_key(&store, "a", &["encrypt", "P"]).said();
    assert_eq!(encrypt.status, Some(5), "{encrypt:?}");
    let far = r#"{"version":1,"issuer":"F","account":null,"algorithm":"SHA1","digits":6,"period":30,"created":null,"last_used":null,"last_step":99999999999,"failures":0,"failed_at":null}"#;
    plant(&store, "state/F.json", far);
    let create = ["create", "-n", "me", "-i", "F", "--secret-stdin"];
    let said = with_key(&store, "a", &create).fed(SECRET).said();
    let error = "error: STORE/state/F.json is damaged: it is not authenticated by a key\n";
    assert_eq!((said.status, &*said.stderr), (Some(5), error));
    let version = store.read("secrets/C").replace("mfa-secret:1:", "mfa-secret:2:");
    plant(&store, "secrets/C", version);
    assert_eq!(attempt(&store, &right()).status, Some(5));
}
