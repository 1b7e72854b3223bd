//! What names a service, and what must not.

use std::fs;

use crate::common::TempStore;
use crate::common::disk::set_mode;

const TOKEN: &str = "mfa_000000ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A port where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:1";

const CODE: [&str; 4] = ["authenticate", "C", "-o", "123456"];

/// Makes a store whose folder has a token file of this mode beside it, `token`.
fn with_token(text: &str, mode: u32) -> TempStore {
    let store = TempStore::enrolled();
    fs::write(store.outside().join("token"), text).unwrap();
    set_mode(store.outside().join("token"), mode);
    store
}

#[track_caller]
fn refused(store: &TempStore, args: &[&str], status: i32, error: &str) {
    let said = store.bare(CODE).args(args).said();
    let stderr = said.stderr.replace(store.outside().to_str().unwrap(), "HERE");
    assert_eq!((said.status, &*said.stdout, &*stderr), (Some(status), "", error), "{args:?}");
}

#[test]
fn a_token_file_is_private_and_has_a_token_in_it() {
    let args = ["--server", NOWHERE, "--token-file", "token"];
    let open = "error: token is open to other users\nhint: run chmod 600 token\n";
    for mode in [0o644, 0o640, 0o604, 0o620] {
        refused(&with_token(TOKEN, mode), &args, 5, open);
    }
    let none = "error: token is damaged: not a token, which is mfa_, the id of a client, _ and 43 more characters\n";
    for text in ["", "hunter2\n", &TOKEN[1..], &format!("{TOKEN} {TOKEN}"), &format!("x\n{TOKEN}")]
    {
        refused(&with_token(text, 0o600), &args, 5, none);
    }
    let missing = "error: cannot read nothing: No such file or directory (os error 2)\n";
    let args = ["--server", NOWHERE, "--token-file", "nothing"];
    refused(&with_token(TOKEN, 0o600), &args, 5, missing);
}

#[test]
fn a_url_that_would_give_codes_away_is_refused_and_not_repeated_where_it_has_a_password() {
    let store = with_token(TOKEN, 0o600);
    for (url, why) in [
        (
            "http://mfa.example",
            "http is for this machine alone (localhost, 127.0.0.1, [::1]): use https",
        ),
        ("https://mfa.example/?x", "a URL with more than a host and a path"),
    ] {
        let args = ["--server", url, "--token-file", "token"];
        refused(&store, &args, 2, &format!("error: --server: {why}\n"));
    }
    let url = "https://user:hunter2@mfa.example";
    let why = "a URL with a user or a password in it: the token is what lets a gate in";
    refused(&store, &["--server", url], 2, &format!("error: --server: {why}\n"));
    let said = store.bare(CODE).env("MFA_SERVER", url).said();
    assert_eq!((said.status, said.stderr), (Some(2), format!("error: MFA_SERVER: {why}\n")));
}

#[test]
fn a_server_takes_the_place_of_a_store_and_of_its_memory() {
    let store = with_token(TOKEN, 0o600);
    let token = ["--token-file", "token"];
    let server = ["--server", NOWHERE, "--token-file", "token"];
    let both = "error: --server and --store name two gates\n";
    refused(&store, &[&server[..], &["--store", "store"]].concat(), 2, both);
    let missing = "error: a token is missing\nhint: name the file with it: --token-file FILE\n";
    refused(&store, &server[..2], 2, missing);
    let alone = "error: --token-file is for a --server\n";
    refused(&store, &[&token[..], &["--store", "store"]].concat(), 2, alone);
    let remember =
        "error: --remember-device and --remember-location are for a store, not for a server\n";
    for option in ["--remember-device", "--remember-location"] {
        refused(&store, &[&server[..], &[option, "laptop"]].concat(), 2, remember);
    }
}

#[test]
fn the_environment_names_a_server_where_no_store_is_named() {
    let store = with_token(TOKEN, 0o600);
    let asked = |args: &[&str]| {
        let run = store.bare(CODE).env("MFA_SERVER", NOWHERE).env("MFA_TOKEN_FILE", "token");
        let said = run.args(args).said();
        (said.status, said.stderr.contains("cannot reach the server"))
    };
    assert_eq!(asked(&[]), (Some(6), true));
    assert_eq!(asked(&["--token-file", "token"]), (Some(6), true));
    assert_eq!(asked(&["--token-file", "nothing"]), (Some(5), false));
    assert_eq!(asked(&["--store", "store"]), (Some(1), false));
    let unnamed = store.mfa(CODE).env("MFA_SERVER", "").said();
    assert_eq!(unnamed.status, Some(1), "{unnamed:?}");
}
