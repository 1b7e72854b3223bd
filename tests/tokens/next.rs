use std::fs::File;

use serde_json::json;

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::{attempt, code, with_counter};

#[test]
fn each_code_is_shown_once_and_the_gate_goes_on_as_it_was() {
    let store = with_counter(40);
    for counter in 40..43 {
        store.mfa(["code", "C", "--next"]).gives(0, &format!("{}\n", code(counter)), "");
    }
    let answer = json!({
        "app": "C", "issuer": "C", "account": "me", "code": code(43), "seconds_left": null,
        "counter": 43
    });
    assert_eq!(store.mfa(["code", "C", "--next", "--json"]).said().json(), answer);
    assert_eq!(store.state("C")["last_step"], 39);
    assert_eq!(attempt(&store, &code(40)).0, Some(0));
    let uri = store.mfa(["uri", "C"]).said().stdout;
    assert!(uri.ends_with("&counter=44\n"), "the higher of the two counts: {uri}");
    assert!(store.read("audit.jsonl").contains(r#""action":"code""#));
}

#[test]
fn a_code_that_nobody_could_read_is_used_up_all_the_same() {
    let store = with_counter(0);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let said = store.mfa(["code", "C", "--next"]).stdout(full).said();
    assert_eq!(said.status, Some(6), "{said:?}");
    store.mfa(["code", "C", "--next"]).gives(0, &format!("{}\n", code(1)), "");
}

#[test]
fn a_code_that_cannot_be_copied_is_shown_all_the_same() {
    let store = with_counter(0);
    let told = (format!("{}\n", code(0)), "error: --copy needs a terminal\n");
    store.unattended(["code", "C", "--next", "--copy"]).gives(2, &told.0, told.1);
}

#[test]
fn codes_by_counter_are_shown_by_name_and_with_next_alone() {
    let store = with_counter(0);
    let before = store.read("state/C.json");
    let by_counter = "error: the codes of 'C' go by a counter\nhint: --next takes the next one\n";
    store.mfa(["code", "C"]).gives(2, "", by_counter);
    let note = "note: 1 app with codes by counter: mfa code APP --next takes one\n";
    store.mfa(["code"]).gives(0, "", note);
    store.put("secrets/D", SECRET);
    let table = " APP  ACCOUNT  CODE    LEFT\n D    -        287082  1 s\n";
    store.mfa(["code", "--at", "59"]).gives(0, table, note);
    store.mfa(["code", "--next"]).gives(2, "", "error: --next takes one APP\n");
    let by_clock = "error: the codes of 'D' go by the clock\nhint: leave --next out\n";
    store.mfa(["code", "D", "--next"]).gives(2, "", by_clock);
    assert_eq!(store.mfa(["code", "C", "--next", "--watch"]).said().status, Some(2));
    assert_eq!(store.read("state/C.json"), before);
    TempStore::new().mfa(["code", "C", "--next"]).gives(4, "", "error: no app named 'C'\n");
}
