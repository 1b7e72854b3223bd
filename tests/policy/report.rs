use serde_json::{Value, json};

use crate::common::TempStore;
use crate::{PUBLISHED, checked, file};

fn report(store: &TempStore, args: &[&str]) -> crate::common::Run {
    let path = file(store, PUBLISHED);
    store.mfa(["policy", "report", "--policy", path.to_str().unwrap()]).args(args)
}

#[test]
fn everybody_that_the_store_knows_is_reported() {
    let store = TempStore::enrolled();
    checked(&store, &["newcomer"]).said();
    let said = report(&store, &["--json"]).said();
    let mut people = said.json();
    let by = people[1]["enrol_by"].take();
    assert!(by.as_str().unwrap().ends_with('Z'), "{said:?}");
    let of = |app, status, left: Option<u8>| json!({"app": app, "status": status, "enrol_by": Value::Null, "backup_codes_left": left, "last_used": Value::Null});
    assert_eq!(people, json!([of("C", "enrolled", Some(0)), of("newcomer", "in_grace", None)]));
}

#[test]
fn names_come_from_stdin_in_their_order_and_the_report_begins_no_grace_period() {
    let store = TempStore::enrolled();
    let said = report(&store, &["-"]).fed("zoe\n\nC\nadam").said();
    let table = " APP   STATUS       ENROL BY  BACKUP CODES  LAST USED
 zoe   not checked  -         -             -
 C     enrolled     -         0             -
 adam  not checked  -         -             -
";
    assert_eq!((said.status, &*said.stdout, &*said.stderr), (Some(0), table, ""));
    assert!(!store.at("policy").exists());
}

#[test]
fn who_had_an_app_must_enrol_and_who_need_not_may() {
    let store = TempStore::enrolled();
    checked(&store, &["C"]).said();
    assert_eq!(store.mfa(["remove", "C", "--yes"]).said().status, Some(0));
    assert_eq!(report(&store, &["--json"]).said().json()[0]["status"], "must_enrol");
    let path = file(&store, PUBLISHED.replace("users: true", "users: false"));
    let said = store.mfa(["policy", "report", "--json", "--policy", path.to_str().unwrap()]).said();
    assert_eq!(said.json()[0]["status"], "optional");
}

#[test]
fn what_cannot_be_read_is_told_and_hides_nobody() {
    let store = TempStore::enrolled();
    store.put("secrets/D", "no secret");
    let said = report(&store, &["--json"]).said();
    assert_eq!((said.status, said.json().as_array().unwrap().len()), (Some(5), 1), "{said:?}");
    let long = "x".repeat(100_000);
    let said = report(&store, &["-", "--json"]).fed(format!("a/b\n{long}\n\r\nC\r\n")).said();
    let expected = "error: line 1: 'a/b' holds a '/'\nerror: line 2: it is longer than any name\n";
    assert_eq!((said.status, &*said.stderr), (Some(2), expected));
    assert_eq!((said.json().as_array().unwrap().len(), &said.json()[0]["app"]), (1, &json!("C")));
    report(&store, &["-", "--json"]).fed("").gives(0, "[]\n", "");
    report(&store, &["-"]).fed("").gives(0, "Nobody is known\n", "");
}
