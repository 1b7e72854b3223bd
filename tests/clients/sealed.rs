use std::path::PathBuf;

use crate::common::{Run, TempStore};
use crate::{added, clients, empty};

/// Makes a key file outside of the store, and returns its path.
fn keygen(store: &TempStore, name: &str) -> PathBuf {
    let file = store.outside().join(name);
    let said = store.bare(["keygen", file.to_str().unwrap(), "--id", name]).said();
    assert_eq!(said.status, Some(0), "{said:?}");
    file
}

fn with_key(store: &TempStore, key: &str, args: &[&str]) -> Run {
    let file = store.outside().join(key);
    store.mfa(["--key-file", file.to_str().unwrap()]).args(args)
}

fn bears_code_of(store: &TempStore, key: &str) -> bool {
    store.read("clients.toml").contains(&format!("\nmfa-mac:1:{key}:"))
}

#[test]
fn encrypt_seals_the_clients_rotation_takes_them_along_and_decrypt_undoes_it() {
    let store = empty();
    let [a, b] = ["a", "b"].map(|name| std::fs::read_to_string(keygen(&store, name)).unwrap());
    std::fs::write(store.outside().join("a"), &a).unwrap();
    added(&store, &["ci", "--all-apps"]);
    let plain = store.read("clients.toml");
    let refused = "error: STORE/clients.toml is damaged: it is not authenticated by a key\n";
    with_key(&store, "a", &["clients", "list"]).gives(5, "", refused);
    assert_eq!(with_key(&store, "a", &["--allow-plain", "clients", "list"]).said().status, Some(0));
    let sealed =
        "No Apps defined\nclients.toml is authenticated by the key now\n  ci may verify all apps\n";
    with_key(&store, "a", &["encrypt"]).gives(0, sealed, "");
    assert!(bears_code_of(&store, "a"));
    assert_eq!(
        with_key(&store, "a", &["clients", "add", "x", "--all-apps"]).said().status,
        Some(0)
    );
    assert!(bears_code_of(&store, "a"));
    std::fs::write(store.outside().join("b"), b + &a).unwrap();
    assert_eq!(with_key(&store, "b", &["encrypt"]).said().status, Some(0));
    assert!(bears_code_of(&store, "b"));
    assert_eq!(with_key(&store, "b", &["clients", "remove", "x"]).said().status, Some(0));
    let json = r#"{"decrypted":[],"unchanged":[],"failed":[],"policy":[],"clients":"changed","config":"unchanged"}"#;
    with_key(&store, "b", &["decrypt", "--json"]).gives(0, &format!("{json}\n"), "");
    assert_eq!(store.read("clients.toml"), plain);
}

#[test]
fn a_client_that_somebody_planted_is_refused_and_nothing_is_changed_without_the_key() {
    let store = empty();
    keygen(&store, "a");
    let add = ["clients", "add", "ci", "--app", "x"];
    assert_eq!(with_key(&store, "a", &add).said().status, Some(0));
    let sealed = store.read("clients.toml");
    let error = "error: STORE/clients.toml is authenticated by key 'a', and no key is given\n";
    for args in [&["clients", "remove", "ci"][..], &["decrypt"]] {
        let keyless = store.mfa(args).said();
        assert!(keyless.status == Some(5) && keyless.stderr.starts_with(error), "{keyless:?}");
        assert_eq!(store.read("clients.toml"), sealed);
    }
    store.put("clients.toml", sealed.replace("[\"x\"]", "\"all\""));
    let forged = "error: STORE/clients.toml is damaged: it is not what key 'a' has sealed\n";
    for args in [&["clients", "list"][..], &["clients", "remove", "ci"], &["encrypt"], &["decrypt"]]
    {
        let said = with_key(&store, "a", args).said();
        assert_eq!((said.status, said.stderr.contains(forged)), (Some(5), true), "{said:?}");
    }
    store.put("clients.toml", sealed);
    assert_eq!(with_key(&store, "a", &["clients", "list"]).said().status, Some(0));
    assert_eq!(clients(&store).len(), 1);
}
