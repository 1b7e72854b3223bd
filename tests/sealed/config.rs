use std::fs;

use crate::common::TempStore;
use crate::common::disk::set_mode;
use crate::{keygen, sealed, with_key};

const NONE: &str = "Problem: STORE/config.toml is not authenticated by a key: with a key, whoever can write to the store could put it there\n  mend it: mfa encrypt\n";
const CHANGED: &str = "Problem: STORE/config.toml is not what mfa encrypt saw: whoever can write to the store could have changed it\n  mend it: mfa encrypt\n";

/// Makes a sealed store with a configuration that says nothing.
fn configured(text: &str) -> TempStore {
    let store = sealed();
    store.put("config.toml", text);
    store
}

/// Returns what doctor says of the configuration.
fn problem(store: &TempStore, key: &str, args: &[&str]) -> String {
    let said = with_key(store, key, &[args, &["doctor"]].concat()).said().stdout;
    let lines: Vec<_> = said.split_inclusive('\n').collect();
    let place = lines.iter().position(|line| line.contains("config.toml"));
    place.map_or_else(String::new, |place| {
        let mend = lines.get(place + 1).filter(|line| line.starts_with("  mend it: "));
        [lines[place], mend.copied().unwrap_or_default()].concat()
    })
}

#[test]
fn encrypt_gives_the_configuration_a_code_and_decrypt_takes_it_off() {
    for text in ["# ours\n", "# ours without a line end", ""] {
        let store = configured(text);
        assert_eq!(problem(&store, "a", &[]), NONE);
        assert_eq!(problem(&store, "a", &["--allow-plain"]), "");
        let done = "C is sealed already\nconfig.toml is authenticated by the key now\n";
        with_key(&store, "a", &["encrypt"]).gives(0, done, "");
        let lines = store.read("config.toml");
        let (before, code) = lines.trim_end().rsplit_once('\n').unwrap_or(("", lines.trim_end()));
        assert_eq!(before, text.trim_end());
        assert!(code.starts_with("mfa-mac:1:a:"), "{lines}");
        assert_eq!(problem(&store, "a", &[]), "");
        with_key(&store, "a", &["encrypt"]).gives(0, "C is sealed already\n", "");
        assert_eq!(store.read("config.toml"), lines);
        let done = "Decrypted C\nconfig.toml is not authenticated by the key any more\n";
        with_key(&store, "a", &["decrypt"]).gives(0, done, "");
        assert_eq!(store.read("config.toml").trim_end(), text.trim_end());
        let log = store.read("audit.jsonl");
        for action in ["encrypt", "decrypt"] {
            let line = format!(r#""app":"-","action":"{action}""#);
            assert_eq!(log.matches(&line).count(), 1, "{log}");
        }
    }
}

#[test]
fn a_store_without_apps_may_have_a_configuration() {
    let store = TempStore::with_secret("C", "");
    fs::remove_file(store.at("secrets/C")).unwrap();
    keygen(&store, "a");
    store.put("config.toml", "# ours\n");
    let done = "No Apps defined\nconfig.toml is authenticated by the key now\n";
    with_key(&store, "a", &["encrypt"]).gives(0, done, "");
}

#[test]
fn json_tells_what_became_of_the_configuration_unless_apps_are_named() {
    let store = configured("# ours\n");
    let config = |args: &[&str]| {
        let said = with_key(&store, "a", args).said().json();
        said["config"].as_str().map(str::to_owned)
    };
    assert_eq!(config(&["encrypt", "C", "--json"]), None);
    assert_eq!(problem(&store, "a", &[]), NONE);
    for (command, config_is) in [
        ("encrypt", "changed"),
        ("encrypt", "unchanged"),
        ("decrypt", "changed"),
        ("decrypt", "unchanged"),
    ] {
        assert_eq!(config(&[command, "--json"]).unwrap(), config_is);
    }
    fs::remove_file(store.at("config.toml")).unwrap();
    assert_eq!(config(&["encrypt", "--json"]).unwrap(), "unchanged");
    assert!(!store.at("config.toml").exists());
    store.put("config.toml", "");
    set_mode(store.at("config.toml"), 0o640);
    assert_eq!(config(&["encrypt", "--json"]).unwrap(), "failed");
    let error =
        "error: STORE/config.toml is open to other users\nhint: run chmod 600 STORE/config.toml\n";
    with_key(&store, "a", &["encrypt"]).gives(5, "C is sealed already\n", error);
}

#[test]
fn a_changed_configuration_is_refused_until_its_owner_vouches_for_it() {
    let store = configured("# ours\n");
    assert_eq!(with_key(&store, "a", &["encrypt"]).said().status, Some(0));
    let whole = store.read("config.toml");
    for changed in
        [whole.replace("ours", "mine"), whole.replace(":a:", ":a:A"), format!("#\n{whole}")]
    {
        store.put("config.toml", changed);
        assert_eq!(problem(&store, "a", &[]), CHANGED);
        assert_eq!(problem(&store, "a", &["--allow-plain"]), CHANGED);
        let error = "error: STORE/config.toml is not what mfa encrypt saw: whoever can write to the store could have changed it\nhint: run mfa encrypt\n";
        let before = store.read("config.toml");
        let decrypted = with_key(&store, "a", &["decrypt"]).said();
        assert_eq!((decrypted.status, &*decrypted.stderr), (Some(5), error));
        assert_eq!(store.read("config.toml"), before);
        assert_eq!(with_key(&store, "a", &["encrypt"]).said().status, Some(0));
        assert_eq!(problem(&store, "a", &[]), "");
    }
    // The code of another file of the store is no code of this one.
    let mac = store.read("state/C.json").lines().last().unwrap().to_owned();
    store.put("config.toml", format!("{mac}\n"));
    assert_eq!(problem(&store, "a", &[]), CHANGED);
}

#[test]
fn a_configuration_gets_a_code_of_the_new_key_and_keeps_one_of_a_key_that_is_not_there() {
    let store = configured("# ours\n");
    assert_eq!(with_key(&store, "a", &["encrypt"]).said().status, Some(0));
    keygen(&store, "b");
    let missing =
        "STORE/config.toml is authenticated by key 'a', which the key file does not hold\n";
    assert_eq!(problem(&store, "b", &[]), format!("Problem: {missing}"));
    let before = store.read("config.toml");
    for command in ["encrypt", "decrypt"] {
        let said = with_key(&store, "b", &[command]).said();
        assert!(said.status == Some(5) && said.stderr.contains(missing), "{said:?}");
        assert_eq!(store.read("config.toml"), before);
    }
    let both = [store.outside().join("b"), store.outside().join("a")];
    let lines = both.map(|file| fs::read_to_string(file).unwrap()).concat();
    fs::write(store.outside().join("b"), lines).unwrap();
    let done = "Sealed C\nconfig.toml is authenticated by the key now\n";
    with_key(&store, "b", &["encrypt"]).gives(0, done, "");
    assert!(store.read("config.toml").contains("\nmfa-mac:1:b:"));
}
