use crate::common::TempStore;
use crate::common::disk::set_mode;
use crate::{added, caller, clients, empty};

#[test]
fn a_scope_must_be_said() {
    let store = empty();
    let usage = "hint: usage: mfa clients add <--app <APP>|--all-apps> <NAME>\n";
    let missing =
        "error: the following required arguments were not provided: <--app <APP>|--all-apps>\n";
    store.mfa(["clients", "add", "ci"]).gives(2, "", &format!("{missing}{usage}"));
    let both = "error: the argument '--all-apps' cannot be used with '--app <APP>'\n";
    let add = store.mfa(["clients", "add", "ci", "--all-apps", "--app", "x"]);
    add.gives(2, "", &format!("{both}{usage}"));
    assert!(!store.at("clients.toml").exists());
}

#[test]
fn what_cannot_be_a_client_is_refused() {
    let store = empty();
    for (args, error) in [
        (
            ["../x", "--all-apps"].as_slice(),
            "invalid value '../x' for '<NAME>': '../x' holds a '/'",
        ),
        (&["ci", "--app", ""], "invalid value '' for '--app <APP>': '' is empty"),
        (
            &["ci", "--all-apps", "--expires", "soon"],
            "invalid value 'soon' for '--expires <TIME>': 'soon' is neither a duration such as 90d nor a date such as 2027-01-31",
        ),
        (
            &["ci", "--all-apps", "--expires", "2020-01-01"],
            "--expires is not between now and the year 9999",
        ),
    ] {
        let said = store.mfa(["clients", "add"]).args(args).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{said:?}");
        assert_eq!(said.stderr.lines().next(), Some(&*format!("error: {error}")));
    }
    assert!(!store.at("clients.toml").exists());
}

#[test]
fn a_name_is_taken_once_and_only_a_client_is_removed() {
    let store = empty();
    let token = added(&store, &["ci", "--app", "x"]);
    let said = store.mfa(["clients", "add", "ci", "--all-apps"]).said();
    assert_eq!((said.status, &*said.stdout), (Some(1), ""), "{said:?}");
    assert!(said.stderr.starts_with("error: a client with the name 'ci' or the id "), "{said:?}");
    let unknown =
        "error: no client has the name or the id 'c'\nhint: mfa clients list names them\n";
    store.mfa(["clients", "remove", "c"]).gives(4, "", unknown);
    assert!(caller(&store, &token, 0).is_some());
}

#[test]
fn without_a_store_there_are_no_clients() {
    let store = TempStore::new();
    let none = "error: STORE is not a store: it has no folder of secrets\nhint: mfa create makes one; for one without apps: mkdir -p -m 700 DIR/secrets\n";
    for args in [&["add", "ci", "--all-apps"][..], &["list"], &["remove", "ci"]] {
        store.mfa(["clients"]).args(args).gives(5, "", none);
    }
    assert!(!store.path().exists());
}

#[test]
fn a_file_that_is_not_as_it_was_written_is_refused_and_left_as_it_is() {
    let store = empty();
    added(&store, &["ci", "--all-apps"]);
    let good = store.read("clients.toml");
    for (text, mode, error, hint) in [
        (
            good.replace("manage", "mange"),
            0o600,
            "is damaged: unknown field `mange`, expected one of `id`, `name`, `apps`, `manage`, `token_sha256`, `created`, `expires`, `last_used` at line 8",
            "",
        ),
        (good.replace("\"all\"", "true"), 0o600, "is damaged: no list of clients at line 7", ""),
        (
            good.replace("version = 1", "version = 2"),
            0o600,
            "is damaged: version 2 is newer than this program",
            "",
        ),
        (good.clone(), 0o640, "is open to other users", "hint: run chmod 600 STORE/clients.toml\n"),
        (
            good.clone(),
            0o602,
            "could be written by other users, and may let clients of theirs in",
            "hint: run chmod 600 STORE/clients.toml && mfa clients list\n",
        ),
    ] {
        store.put("clients.toml", &text);
        set_mode(store.at("clients.toml"), mode);
        let told = format!("error: STORE/clients.toml {error}\n{hint}");
        for args in [&["add", "new", "--all-apps"][..], &["list"], &["remove", "ci"]] {
            store.mfa(["clients"]).args(args).gives(5, "", &told);
        }
        assert_eq!(store.read("clients.toml"), text);
        let problem = format!("Problem: STORE/clients.toml {error}\n");
        let doctor = store.mfa(["doctor"]).said();
        assert!(doctor.status == Some(5) && doctor.stdout.contains(&problem), "{doctor:?}");
    }
    store.put("clients.toml", &good);
    set_mode(store.at("clients.toml"), 0o600);
    assert_eq!(clients(&store).len(), 1);
}

#[test]
fn a_file_of_the_clients_that_is_a_link_or_a_folder_is_not_followed() {
    let store = empty();
    let elsewhere = store.outside().join("elsewhere");
    std::fs::write(&elsewhere, "version = 1").unwrap();
    std::os::unix::fs::symlink(&elsewhere, store.at("clients.toml")).unwrap();
    store.mfa(["clients", "list"]).gives(5, "", "error: STORE/clients.toml is a symbolic link\n");
    std::fs::remove_file(store.at("clients.toml")).unwrap();
    std::fs::create_dir(store.at("clients.toml")).unwrap();
    let error = "error: STORE/clients.toml is not a regular file\n";
    store.mfa(["clients", "list"]).gives(5, "", error);
}
