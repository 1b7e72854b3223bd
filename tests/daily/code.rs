use serde_json::json;

use crate::common::TempStore;
use crate::common::codes::{SECRET, right};

/// RFC 6238 appendix B, SHA1: the time in seconds and as RFC 3339, the code, and the seconds left
/// of 30.
const VECTORS: [(&str, &str, &str, u64); 6] = [
    ("59", "1970-01-01T00:00:59Z", "94287082", 1),
    ("1111111109", "2005-03-18T01:58:29Z", "07081804", 1),
    ("1111111111", "2005-03-18T02:58:31+01:00", "14050471", 29),
    ("1234567890", "2009-02-13T23:31:30Z", "89005924", 30),
    ("2000000000", "2033-05-18T03:33:20Z", "69279037", 10),
    ("20000000000", "2603-10-11T11:33:20Z", "65353130", 10),
];

/// Makes a store with these apps, all with [`SECRET`].
fn store_of(apps: &[&str]) -> TempStore {
    let store = TempStore::new();
    for app in apps {
        store.put(&format!("secrets/{app}"), SECRET);
    }
    store
}

#[test]
fn the_vectors_of_rfc_6238_are_shown_for_unix_seconds_and_for_rfc_3339() {
    let store = TempStore::new();
    let create = "create -n me -i RFC --secret-stdin --digits 8 --no-image".split(' ');
    assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
    for (seconds, moment, code, left) in VECTORS {
        for at in [seconds, moment] {
            let run = store.mfa(["code", "RFC", "--at", at]);
            run.gives(0, &format!("{code}\n"), &format!("{left} s left\n"));
        }
    }
    for at in ["", "yesterday", "59.5", "1969-12-31T23:59:59Z"] {
        let said = store.mfa(["code", "RFC", "--at", at]).said();
        let expected = format!(
            "error: invalid value '{at}' for '--at <TIME>': '{at}' is not a time since 1970\n"
        );
        assert_eq!((said.status, said.stderr), (Some(2), expected));
    }
}

#[test]
fn one_app_gives_its_code_alone_and_all_of_them_give_a_table() {
    let store = store_of(&["A", "Bücher"]);
    store.mfa(["code", "A", "--at", "59"]).gives(0, "287082\n", "1 s left\n");
    let table = " APP     ACCOUNT  CODE    LEFT\n A       -        287082  1 s\n Bücher  -        287082  1 s\n";
    store.mfa(["code", "--at", "59"]).gives(0, table, "");
    store.mfa(["code", "B", "A", "--at", "59"]).gives(
        0,
        " APP     ACCOUNT  CODE    LEFT\n Bücher  -        287082  1 s\n A       -        287082  1 s\n",
        "",
    );
    TempStore::new().mfa(["code"]).gives(0, "No Apps defined\n", "");
    let shown = [right(), store.mfa(["code", "A"]).said().stdout, right()];
    assert!(shown[1].trim() == shown[0] || shown[1].trim() == shown[2], "{shown:?}");
}

#[test]
fn json_is_one_object_for_one_app_and_an_array_otherwise() {
    let store = store_of(&["A", "B"]);
    let entry = |app| json!({"app": app, "issuer": app, "account": null, "code": "287082", "seconds_left": 1});
    for (args, expected) in [
        (&["A"][..], entry("A")),
        (&["A", "B"], json!([entry("A"), entry("B")])),
        (&[], json!([entry("A"), entry("B")])),
    ] {
        let said = store.mfa(["code", "--json", "--at", "59"]).args(args).said();
        assert_eq!((said.status, said.json(), &*said.stderr), (Some(0), expected, ""));
    }
    let one = store_of(&["A"]);
    assert_eq!(one.mfa(["code", "--json", "--at", "59"]).said().json(), json!([entry("A")]));
    TempStore::new().mfa(["code", "--json"]).gives(0, "[]\n", "");
}

#[test]
fn to_show_a_code_is_no_use_of_it() {
    let store = store_of(&["A"]);
    let before = store.snapshot();
    let code = store.mfa(["code", "A"]).said().stdout;
    assert_eq!(store.snapshot(), before);
    store.mfa(["-a", "A", "-o", code.trim()]).gives(0, "Welcome\n", "");
}

#[test]
fn one_app_that_cannot_be_read_hides_none_of_the_others() {
    let store = store_of(&["A", "B"]);
    store.put("secrets/B", "short");
    let said = store.mfa(["code", "--at", "59"]).said();
    let table = " APP  ACCOUNT  CODE    LEFT\n A    -        287082  1 s\n";
    assert_eq!((said.status, &*said.stdout), (Some(5), table));
    assert!(said.stderr.starts_with("error: STORE/secrets/B is damaged: "), "{}", said.stderr);
    assert_eq!(store.mfa(["code", "B"]).said().status, Some(5));
}

#[test]
fn without_a_terminal_nothing_is_watched_or_copied() {
    let store = store_of(&["A", "B"]);
    let watch = "error: --watch needs a terminal\nhint: without it the codes are shown once\n";
    store.unattended(["code", "--watch"]).gives(2, "", watch);
    store.unattended(["code", "A", "--copy"]).gives(2, "", "error: --copy needs a terminal\n");
    store.unattended(["code", "--copy"]).gives(2, "", "error: --copy takes one APP\n");
}
