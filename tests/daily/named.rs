use serde_json::json;

use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::uri;

/// Makes a store of two accounts of one issuer, an app that is named otherwise, and another.
fn store() -> TempStore {
    let store = TempStore::new();
    for (app, label) in [
        ("Google", "Google:alice@gmail.com"),
        ("Google 2", "Google:bob@gmail.com"),
        ("work", "École:alice"),
        ("Zoo", "Zoo:me"),
    ] {
        let import = store.mfa(["import", "-", "--app", app]).fed(uri(label, SECRET));
        assert_eq!(import.said().status, Some(0));
    }
    store
}

#[test]
fn code_shows_every_app_that_a_part_of_a_name_an_issuer_or_an_account_means() {
    let store = store();
    let alices = " APP     ACCOUNT          CODE    LEFT
 Google  alice@gmail.com  287082  1 s
 work    alice            287082  1 s
";
    store.mfa(["code", "ALICE", "--at", "59"]).gives(0, alices, "");
    store.mfa(["code", "école", "alice", "--at", "59"]).gives(
        0,
        " APP     ACCOUNT          CODE    LEFT
 work    alice            287082  1 s
 Google  alice@gmail.com  287082  1 s
",
        "",
    );
    let said = store.mfa(["code", "alice", "--json", "--at", "59"]).said();
    let apps = json!([said.json()[0]["app"], said.json()[1]["app"], said.json()[2]]);
    assert_eq!(apps, json!(["Google", "work", null]));
    for (text, app) in [("zo", "Zoo"), ("bob", "Google 2"), ("ÉCOLE", "work")] {
        assert_eq!(store.mfa(["code", text, "--json"]).said().json()["app"], app);
    }
    for text in ["Zoo ", "", "../Zoo"] {
        let none = format!("error: no app named '{text}'\n");
        store.mfa(["code", text]).gives(4, "", &none);
        store.mfa(["code", "Zoo", text]).gives(4, "", &none);
    }
}

#[test]
fn an_exact_name_wins_and_the_other_matches_are_named() {
    let store = store();
    let note = "note: 'Google' matches other apps as well: 'Google 2' (bob@gmail.com)\n";
    let exact = ["code", "Google", "--at", "59"];
    store.mfa(exact).gives(0, "287082\n", &format!("{note}1 s left\n"));
    store.mfa(["code", "Google 2", "--at", "59"]).gives(0, "287082\n", "1 s left\n");
    let uri = store.mfa(["uri", "Google"]).said();
    assert!(uri.stdout.starts_with("otpauth://totp/Google:alice%40gmail.com?"), "{uri:?}");
    assert_eq!((uri.status, &*uri.stderr), (Some(0), ""));
}

#[test]
fn an_app_that_cannot_be_read_hides_none_of_the_others_that_match() {
    let store = store();
    store.put("secrets/Google 2", "short");
    let said = store.mfa(["code", "goo", "--at", "59"]).said();
    let table = " APP     ACCOUNT          CODE    LEFT\n Google  alice@gmail.com  287082  1 s\n";
    assert_eq!((said.status, &*said.stdout), (Some(5), table));
    assert!(said.stderr.starts_with("error: STORE/secrets/Google 2 is damaged: "), "{said:?}");
    store.mfa(["code", "alice@", "--at", "59"]).gives(0, "287082\n", "1 s left\n");
}

#[test]
fn where_one_app_is_needed_several_matches_are_listed_and_nothing_is_done() {
    let store = store();
    let before = store.snapshot();
    let several = "error: 'goo' could be any of several apps\n\
                   hint: 'Google' (alice@gmail.com), 'Google 2' (bob@gmail.com)\n";
    for line in
        ["uri goo", "qr goo", "export goo", "code goo --copy", "rename goo x", "remove Zoo goo -y"]
    {
        store.mfa(line.split(' ')).gives(2, "", several);
    }
    assert_eq!(store.snapshot(), before);
    store.mfa(["rename", "bob", "Mail"]).gives(0, "Renamed Google 2 to Mail\n", "");
    store.mfa(["remove", "bob", "mail", "zo", "-y"]).gives(
        2,
        "",
        &several.replace("goo", "mail").replace("Google 2", "Mail"),
    );
    store.mfa(["remove", "bob@", "zo", "Mail", "-y"]).gives(0, "Removed Mail\nRemoved Zoo\n", "");
}

#[test]
fn a_gate_and_what_guards_it_take_the_exact_name_alone() {
    let store = store();
    let before = store.snapshot();
    let (code, none) = (right(), "error: no app named 'zoo'\n");
    for line in ["authenticate zoo -o", "-a zoo -o"] {
        store.mfa(line.split(' ')).args([&code]).gives(4, "", none);
    }
    store.mfa(["run", "zoo", "-o", &code, "--", "echo", "in"]).gives(125, "", none);
    store.mfa(["unlock", "zoo"]).gives(4, "", none);
    store.mfa(["backup-codes", "zoo"]).gives(4, "", none);
    store.mfa(["log", "zoo"]).gives(0, "Nothing is logged\n", "");
    assert_eq!(store.snapshot(), before);
}
