//! The callers of the service, from the command that adds them to the one that removes them.

#![cfg(test)]
#![cfg(feature = "service")]

#[path = "../common/mod.rs"]
mod common;

mod refused;
mod sealed;

use std::fs::File;
use std::io::pipe;

use common::{TempStore, race};
use mfa::client::{Client, Scope};
use mfa::domain::UnixTime;
use mfa::store::{Folder, Store};

const ONCE: &str =
    "keep the token in a file that only its program can read: it is not shown again\n";

/// Makes a store without apps.
fn empty() -> TempStore {
    let store = TempStore::new();
    std::fs::create_dir_all(store.at("secrets")).unwrap();
    common::disk::set_mode(store.path(), 0o700);
    common::disk::set_mode(store.at("secrets"), 0o700);
    store
}

fn clients(store: &TempStore) -> Vec<Client> {
    Folder::new(store.path()).clients().unwrap()
}

/// Adds a client, and returns its token.
fn added(store: &TempStore, args: &[&str]) -> String {
    let said = store.mfa(["clients", "add"]).args(args).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ONCE), "{said:?}");
    said.stdout.strip_suffix('\n').unwrap().to_owned()
}

/// Returns the client that a token lets in at a time.
fn caller(store: &TempStore, token: &str, now: u64) -> Option<Client> {
    mfa::identify(&Folder::new(store.path()), token, UnixTime(now)).unwrap()
}

#[test]
fn a_token_is_printed_alone_and_lets_its_client_in_until_it_is_removed() {
    let store = empty();
    let token = added(&store, &["ci", "--app", "deploy", "--app", "Example Corp"]);
    let client = caller(&store, &token, 0).unwrap();
    let apps = ["deploy", "Example Corp"].map(|app| app.parse().unwrap());
    assert_eq!((&*client.name, &client.scope), ("ci", &Scope::Apps(apps.into())));
    assert_eq!((client.may_manage, client.expires), (false, None));
    let id = client.id.to_string();
    let answer = format!("{{\"name\":\"ci\",\"id\":\"{id}\"}}\n");
    store.mfa(["clients", "remove", &id, "--json"]).gives(0, &answer, "");
    assert_eq!(caller(&store, &token, 0), None);
    assert_eq!(clients(&store), []);
}

#[test]
fn what_a_client_may_do_is_said_and_listed() {
    let store = empty();
    store.mfa(["clients", "list"]).gives(0, "No clients defined\n", "");
    store.mfa(["clients", "list", "--json"]).gives(0, "[]\n", "");
    added(&store, &["portal", "--all-apps", "--manage", "--expires", "2099-01-31"]);
    added(&store, &["ci", "--app", "deploy", "--app", "x"]);
    let mut text = store.read("clients.toml").replace("2099-01-31", "2020-01-31");
    for client in clients(&store) {
        text = text.replace(&client.created.to_rfc3339(), "2019-01-01T00:00:00Z");
    }
    store.put("clients.toml", text);
    let ids = clients(&store).iter().map(|client| client.id.to_string()).collect::<Vec<_>>();
    let table = format!(
        " NAME    ID        APPS       MANAGE  CREATED               EXPIRES                        LAST USED
 portal  {}  all        yes     2019-01-01T00:00:00Z  2020-01-31T00:00:00Z, expired  -
 ci      {}  deploy, x  no      2019-01-01T00:00:00Z  -                              -
",
        ids[0], ids[1]
    );
    store.mfa(["clients", "list"]).gives(0, &table, "");
    let json = format!(
        "[{{\"name\":\"portal\",\"id\":\"{}\",\"all_apps\":true,\"apps\":[],\"manage\":true,\"created\":\"2019-01-01T00:00:00Z\",\"expires\":\"2020-01-31T00:00:00Z\",\"expired\":true,\"last_used\":null}},{{\"name\":\"ci\",\"id\":\"{}\",\"all_apps\":false,\"apps\":[\"deploy\",\"x\"],\"manage\":false,\"created\":\"2019-01-01T00:00:00Z\",\"expires\":null,\"expired\":false,\"last_used\":null}}]\n",
        ids[0], ids[1]
    );
    store.mfa(["clients", "list", "--json"]).gives(0, &json, "");
}

#[test]
fn a_token_in_json_is_the_one_that_is_kept() {
    let store = empty();
    let said =
        store.mfa(["clients", "add", "ci", "--all-apps", "--expires", "90d", "--json"]).said();
    let answer = said.json();
    let client = caller(&store, answer["token"].as_str().unwrap(), 0).unwrap();
    assert_eq!(client.expires.unwrap().0 - client.created.0, 90 * 86_400);
    let (id, expires) = (client.id.to_string(), client.expires.unwrap().to_rfc3339());
    let told = serde_json::json!({
        "name": "ci", "id": id, "token": answer["token"], "expires": expires,
    });
    assert_eq!(answer, told);
}

#[test]
fn a_token_that_nobody_read_is_nobodys() {
    let store = empty();
    let warning =
        "warning: not all of the output was read: what it shows is void, nothing was changed\n";
    let full = File::options().write(true).open("/dev/full").unwrap();
    let (reader, closed) = pipe().unwrap();
    drop(reader);
    let closed = File::from(std::os::fd::OwnedFd::from(closed));
    let error = "error: cannot write stdout: No space left on device (os error 28)\n";
    for (stdout, status, error) in [(full, 6, error), (closed, 0, "")] {
        for json in [&[][..], &["--json"]] {
            let add = store.mfa(["clients", "add", "ci", "--all-apps"]).args(json);
            let stdout = stdout.try_clone().unwrap();
            add.stdout(stdout).gives(status, "", &format!("{warning}{error}"));
        }
    }
    assert!(!store.at("clients.toml").exists());
}

#[test]
fn what_becomes_of_clients_is_logged_and_no_token_is() {
    let store = empty();
    let token = added(&store, &["ci", "--all-apps"]);
    store.mfa(["clients", "remove", "ci"]).gives(0, "Removed client ci\n", "");
    let log = store.read("audit.jsonl");
    assert!(!log.contains(token.rsplit_once('_').unwrap().1), "{log}");
    let lines = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let told = lines.map(|line| ["app", "action", "about", "outcome"].map(|key| line[key].clone()));
    let expected = ["clients add", "clients remove"].map(|action| ["-", action, "ci", "done"]);
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let shown = store.mfa(["log"]).said().stdout;
    assert!(shown.contains("clients add ci ") && shown.contains("clients remove ci "), "{shown}");
}

#[test]
fn of_32_processes_that_add_clients_at_once_none_is_lost() {
    let store = empty();
    let name = |number| format!("client {number}");
    let said = race(
        (0..32).map(|number| store.mfa(["clients", "add", &name(number), "--all-apps"]).fed("")),
    );
    for said in &said {
        assert_eq!(said.status, Some(0), "{said:?}");
        assert!(caller(&store, said.stdout.trim_end(), 0).is_some());
    }
    assert_eq!(clients(&store).len(), 32);
}

#[test]
fn of_8_processes_that_add_the_same_name_at_once_one_does() {
    let store = empty();
    let said = race((0..8).map(|_| store.mfa(["clients", "add", "ci", "--all-apps"]).fed("")));
    let added: Vec<_> = said.iter().filter(|said| said.status == Some(0)).collect();
    assert_eq!((added.len(), clients(&store).len()), (1, 1), "{said:?}");
    assert!(caller(&store, added[0].stdout.trim_end(), 0).is_some());
    for refused in said.iter().filter(|said| said.status != Some(0)) {
        assert_eq!(refused.status, Some(1), "{refused:?}");
        let is_void = refused.stderr.starts_with("error: the token that was shown is void: ");
        assert_eq!(is_void, !refused.stdout.is_empty(), "{refused:?}");
    }
}
