use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::common::disk::set_mode;
use crate::refused;

const STATE: &str = r#"{"version":1,"issuer":"C","account":"n","algorithm":"SHA1","digits":6,"period":30,"created":1,"last_used":null,"last_step":null,"failures":0,"failed_at":null}"#;

fn with_state(state: impl AsRef<[u8]>) -> TempStore {
    let store = TempStore::with_secret("C", SECRET);
    store.put("img/D.png", "");
    store.put("state/C.json", state);
    store
}

#[track_caller]
fn unbelieved(store: &TempStore, message: &str) {
    let message = format!("error: {message}\n");
    refused(store, store.mfa(["-a", "C", "-o", &right()]), 5, &message);
    refused(store, store.mfa(["-a", "C", "-o", "000000"]), 5, &message);
    refused(store, store.mfa(["-c", "-n", "n", "-i", "C", "--force"]), 5, &message);
}

#[test]
fn a_state_that_is_whole_is_believed() {
    with_state(STATE).mfa(["-a", "C", "-o", &right()]).gives(0, "Welcome\n", "");
}

#[test]
fn a_state_that_is_damaged_is_status_5_and_stays_untouched() {
    for (state, place) in [
        (String::new(), "line 1 column 0"),
        ("{}".into(), "line 1 column 2"),
        ("[]".into(), "line 1 column 2"),
        ("null".into(), "line 1 column 4"),
        ("\0".repeat(100), "line 1 column 1"),
        (STATE[..STATE.len() / 2].into(), "line 1 column 79"),
        (STATE[..STATE.len() - 1].into(), "line 1 column 157"),
        (format!("{STATE}}}"), "line 1 column 159"),
        (STATE.replace(":6", ":\"6\""), "line 1 column 71"),
        (STATE.replace(":6", ":9"), "line 1 column 69"),
        (STATE.replace(":30", ":0"), "line 1 column 80"),
        (STATE.replace("SHA1", "MD5"), "line 1 column 57"),
        (STATE.replace("\"failures\":0", "\"failures\":-1"), "line 1 column 141"),
        (STATE.replace("\"failures\":0,", ""), "line 1 column 145"),
        (STATE.replace("\"last_step\":null", "\"last_step\":1.5"), "line 1 column 126"),
    ] {
        let message = format!("STORE/state/C.json is damaged: no valid state at {place}");
        unbelieved(&with_state(state), &message);
    }
    let long = format!("{STATE}{}", " ".repeat(1 << 16));
    unbelieved(&with_state(long), "STORE/state/C.json is damaged: longer than 64 KiB");
    let control = STATE.replace("\"C\"", "\"a\\u0007\"");
    let message = r"STORE/state/C.json is damaged: 'a\u{7}' holds a control character";
    unbelieved(&with_state(control), message);
}

#[test]
fn a_state_from_a_newer_version_is_status_5_and_stays_untouched() {
    let message = "STORE/state/C.json is damaged: version 3 is newer than this program";
    unbelieved(&with_state(STATE.replace("\"version\":1", "\"version\":3")), message);
    unbelieved(&with_state(r#"{"version":3,"all":"else differs"}"#), message);
}

#[test]
fn a_state_that_others_can_read_is_not_believed() {
    let store = with_state(STATE);
    set_mode(store.at("state/C.json"), 0o644);
    unbelieved(
        &store,
        "STORE/state/C.json is open to other users\nhint: run chmod 600 STORE/state/C.json",
    );
}

#[test]
fn numbers_at_their_limits_neither_open_nor_panic() {
    for (field, status) in [
        ("\"last_step\":18446744073709551615", 1),
        ("\"failures\":4294967295", 3),
        ("\"failed_at\":18446744073709551615", 0),
        ("\"created\":18446744073709551615", 0),
    ] {
        let name = field.split_once(':').unwrap().0;
        let (start, end) = STATE.split_once(name).unwrap();
        let store = with_state(format!("{start}{field}{}", &end[end.find([',', '}']).unwrap()..]));
        assert_eq!(store.mfa(["-a", "C", "-o", &right()]).said().status, Some(status), "{field}");
        for list in [&["list", "--long"][..], &["list", "--json"]] {
            assert_eq!(store.mfa(list).said().status, Some(0), "{field}");
        }
        let create = store.mfa(["-c", "-n", "n", "-i", "C", "--force", "--period", "15"]).said();
        assert_eq!(create.status, Some(0), "{field}: {create:?}");
    }
}
