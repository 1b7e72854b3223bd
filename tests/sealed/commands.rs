use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::common::disk::set_mode;
use crate::{attempt, is_sealed, keygen, sealed, with_key};

#[test]
fn with_a_key_create_and_import_seal_and_write_no_picture() {
    let store = TempStore::new();
    keygen(&store, "a");
    with_key(&store, "a", &["create", "-n", "me", "-i", "C", "--secret-stdin"]).fed(SECRET).gives(
        0,
        "Configuring MFA for Account: me, Issuer: C\n",
        "",
    );
    let uri = format!("otpauth://totp/D:me?secret={SECRET}&issuer=D");
    with_key(&store, "a", &["import", "-"]).fed(uri).gives(
        0,
        "Imported D\n1 imported, 0 skipped, 0 refused\n",
        "",
    );
    for app in ["C", "D"] {
        assert!(is_sealed(&store, app), "{}", store.read(&format!("secrets/{app}")));
        assert!(store.read(&format!("state/{app}.json")).contains("\nmfa-mac:1:a:"));
        assert!(!store.at(format!("img/{app}.png")).exists());
    }
    assert_eq!(attempt(&store, &right()).stdout, "Welcome\n");
}

#[test]
fn without_the_key_nothing_is_imported_among_what_is_sealed() {
    let (store, other) = (sealed(), TempStore::with_secret("P", SECRET));
    let from = other.path();
    let told = "error: STORE takes nothing that is not sealed, and no key is given\n\
        hint: --key-file FILE names the key; mfa keygen FILE makes the first one\n";
    for args in [["import", "-"].as_slice(), &["import", "--from", from.to_str().unwrap()]] {
        let uri = format!("otpauth://totp/D:me?secret={SECRET}&issuer=D");
        store.mfa(args).fed(uri).gives(5, "", told);
    }
    assert!(!store.at("secrets/D").exists() && !store.at("secrets/P").exists());
}

#[test]
fn a_secret_that_cannot_be_read_keeps_no_other_from_being_added() {
    let store = TempStore::with_secret("P", SECRET);
    set_mode(store.at("secrets/P"), 0o644);
    let create = ["create", "-n", "me", "-i", "C", "--no-image"];
    assert_eq!(store.mfa(create).said().status, Some(0));
}

/// The commands, and the status of each with the key, without one, and with another one.
const COMMANDS: [(&str, [i32; 3]); 22] = [
    ("list", [0, 0, 0]),
    ("list --long", [0, 0, 0]),
    ("code", [0, 5, 5]),
    ("code C", [0, 5, 5]),
    ("uri C", [0, 5, 5]),
    ("qr C --base64", [0, 5, 5]),
    ("export", [0, 5, 5]),
    ("authenticate C -o RIGHT", [0, 5, 5]),
    ("run C -o RIGHT -- true", [0, 125, 125]),
    ("unlock C", [0, 5, 5]),
    ("backup-codes C --count 1", [0, 5, 5]),
    ("rename C E", [0, 5, 5]),
    ("remove C --yes", [0, 0, 0]),
    ("create -n me -i E", [0, 5, 0]),
    ("create -n me -i C", [1, 5, 5]),
    ("create -n me -i C --force", [0, 5, 5]),
    ("encrypt", [0, 2, 5]),
    ("decrypt", [0, 5, 5]),
    ("log", [0, 0, 0]),
    ("doctor", [0, 0, 5]),
    ("completions bash", [0, 0, 0]),
    ("resync C -o -", [2, 5, 5]),
];

#[test]
fn each_command_says_what_it_lacks_and_changes_nothing_without_the_key() {
    for (line, statuses) in COMMANDS {
        for (key, status) in [Some("a"), None, Some("b")].into_iter().zip(statuses) {
            let store = sealed();
            keygen(&store, "b");
            let before = [store.read("secrets/C"), store.read("state/C.json")];
            let args: Vec<_> =
                line.split(' ').map(|word| word.replace("RIGHT", &right())).collect();
            let args: Vec<_> = args.iter().map(String::as_str).collect();
            let run = match key {
                Some(key) => with_key(&store, key, &args),
                None => store.mfa(&args),
            };
            let said = run.said();
            assert_eq!(said.status, Some(status), "{line} with {key:?}: {said:?}");
            if status == 5 || status == 125 {
                let missing = match key {
                    None if line.starts_with("create") => {
                        "takes nothing that is not sealed, and no key is given\n"
                    }
                    None => "is sealed under key 'a', and no key is given\n",
                    _ => "is authenticated by key 'a', which the key file does not hold\n",
                };
                assert!(format!("{}{}", said.stdout, said.stderr).contains(missing), "{said:?}");
                assert_eq!([store.read("secrets/C"), store.read("state/C.json")], before);
            }
        }
    }
}

#[test]
fn a_store_may_hold_plain_and_sealed_secrets_while_it_is_moved_over() {
    let store = TempStore::with_secret("P", SECRET);
    keygen(&store, "a");
    let create = ["create", "-n", "me", "-i", "C", "--secret-stdin"];
    assert_eq!(with_key(&store, "a", &create).fed(SECRET).said().status, Some(0));
    let plain = "error: STORE/secrets/P is plain: with a key, whoever can write to the store could put it there\nhint: run mfa encrypt P\n";
    with_key(&store, "a", &["code", "P", "--at", "59"]).gives(5, "", plain);
    let allowed = ["--allow-plain", "code", "--at", "59"];
    let table =
        " APP  ACCOUNT  CODE    LEFT\n C    me       287082  1 s\n P    -        287082  1 s\n";
    with_key(&store, "a", &allowed).gives(0, table, "");
    store.mfa(["code", "P", "--at", "59"]).gives(0, "287082\n", "1 s left\n");
    let code = right();
    let args = ["--allow-plain", "authenticate", "P", "-o", &code];
    with_key(&store, "a", &args).gives(0, "Welcome\n", "");
    store.mfa(["authenticate", "P", "-o", &code]).gives(1, "OTP verification failed\n", "");
    let doctored = with_key(&store, "a", &["doctor"]).said();
    assert!(doctored.stdout.contains("secrets/P is plain") && doctored.status == Some(5));
}

#[test]
fn a_used_code_stays_used_through_a_rename_a_rotation_and_back_to_plain() {
    let store = sealed();
    let code = right();
    assert_eq!(attempt(&store, &code).stdout, "Welcome\n");
    let refused = |app: &str, key: &str| {
        let said = with_key(&store, key, &["authenticate", app, "-o", &code]).said();
        assert_eq!((said.status, &*said.stderr), (Some(1), ""), "{app} {key}");
        assert_eq!(with_key(&store, key, &["unlock", app]).said().status, Some(0));
    };
    with_key(&store, "a", &["rename", "C", "D"]).gives(0, "Renamed C to D\n", "");
    refused("D", "a");
    assert!(!store.read("state/D.json").contains("sealed_as"), "it is sealed for its new name");
    keygen(&store, "b");
    let both = [store.outside().join("b"), store.outside().join("a")];
    let lines = both.map(|file| std::fs::read_to_string(file).unwrap()).concat();
    std::fs::write(store.outside().join("b"), lines).unwrap();
    with_key(&store, "b", &["encrypt"]).gives(0, "Sealed D\n", "");
    refused("D", "b");
    with_key(&store, "b", &["encrypt"]).gives(0, "D is sealed already\n", "");
    with_key(&store, "b", &["decrypt"]).gives(0, "Decrypted D\n", "");
    assert_eq!(store.read("secrets/D"), SECRET);
    store.mfa(["authenticate", "D", "-o", &code]).gives(1, "OTP verification failed\n", "");
    store.mfa(["decrypt"]).gives(0, "D is plain already\n", "");
}

#[test]
fn the_old_key_can_go_once_everything_is_sealed_under_the_new_one() {
    let store = sealed();
    keygen(&store, "b");
    let (old, new) = (store.outside().join("a"), store.outside().join("b"));
    let alone = std::fs::read_to_string(&new).unwrap();
    std::fs::write(&new, alone.clone() + &std::fs::read_to_string(old).unwrap()).unwrap();
    assert_eq!(with_key(&store, "b", &["encrypt", "--json"]).said().json()["sealed"][0], "C");
    std::fs::write(&new, alone).unwrap();
    with_key(&store, "b", &["code", "C", "--at", "59"]).gives(0, "287082\n", "1 s left\n");
    let before = with_key(&store, "a", &["code", "C"]).said();
    assert!(
        before.stderr.contains("is authenticated by key 'b', which the key file does not hold"),
        "{before:?}"
    );
}

#[test]
fn replacing_a_plain_app_with_a_key_seals_it_and_keeps_what_was_used() {
    let store = TempStore::with_secret("C", SECRET);
    let code = right();
    store.mfa(["authenticate", "C", "-o", &code]).gives(0, "Welcome\n", "");
    keygen(&store, "a");
    let create = ["create", "-n", "me", "-i", "C", "--secret-stdin", "--force"];
    assert_eq!(with_key(&store, "a", &create).fed(SECRET).said().status, Some(0));
    assert!(is_sealed(&store, "C"));
    assert!(store.read("state/C.json").contains("file_sha256"), "tied by the sealed file");
    assert_eq!(attempt(&store, &code).status, Some(1));
    assert_eq!(with_key(&store, "a", &create).fed(SECRET).said().status, Some(0));
    assert_eq!(with_key(&store, "a", &["encrypt"]).said().stdout, "C is sealed already\n");
    assert!(!store.read("state/C.json").contains("successor"), "resolved");
    assert_eq!(attempt(&store, &code).status, Some(1));
}

#[test]
fn a_sealed_app_has_no_logo() {
    let store = TempStore::new();
    keygen(&store, "a");
    let create = ["create", "-n", "me", "-i", "C", "--logo", "/nowhere.png"];
    let error = "error: a sealed app keeps no picture, so that it has no logo\n";
    with_key(&store, "a", &create).gives(2, "", error);
}

#[test]
fn without_keys_encrypt_says_how_to_make_one() {
    let store = TempStore::enrolled();
    let hint = "hint: mfa keygen FILE makes one, --key-file FILE names it; or use --passphrase\n";
    let error = format!("error: there is no key to seal with\n{hint}");
    store.mfa(["encrypt"]).gives(2, "", &error);
    let said = with_key(&store, "none", &["encrypt"]).said();
    assert_eq!(said.status, Some(5));
    assert!(said.stderr.starts_with("error: cannot read "), "{said:?}");
}
