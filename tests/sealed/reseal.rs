use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::{attempt, keygen, with_key};

#[test]
fn one_app_of_several_can_be_sealed_and_one_that_cannot_be_stops_no_other() {
    let store = TempStore::with_secret("C", SECRET);
    store.put("secrets/D", SECRET);
    store.put("secrets/X", "A");
    keygen(&store, "a");
    with_key(&store, "a", &["encrypt", "D"]).gives(0, "Sealed D\n", "");
    let damaged = "error: STORE/secrets/X is damaged: the secret is not base32\n";
    with_key(&store, "a", &["encrypt"]).gives(5, "Sealed C\nD is sealed already\n", damaged);
    let log = store.read("audit.jsonl");
    assert_eq!(log.matches(r#""action":"encrypt""#).count(), 2, "{log}");
    let decrypted = with_key(&store, "a", &["decrypt", "C", "--json"]).said().json();
    assert_eq!(decrypted["decrypted"][0], "C");
    assert_eq!(attempt(&store, &right()).status, Some(5), "it is plain again");
    TempStore::new().mfa(["encrypt", "--passphrase", "C"]).gives(
        4,
        "",
        "error: no app named 'C'\n",
    );
}

#[test]
fn an_app_of_mfa_py_is_sealed_with_a_state_of_its_own() {
    let store = TempStore::with_secret("C", SECRET);
    keygen(&store, "a");
    with_key(&store, "a", &["encrypt"]).gives(0, "Sealed C\n", "");
    let state = store.read("state/C.json");
    assert!(state.starts_with(r#"{"version":2,"issuer":"C","account":null,"#), "{state}");
    assert_eq!(attempt(&store, &right()).stdout, "Welcome\n");
}
