use mfa::domain::{Account, Enrolment, Guard, Throttle};
use mfa::store::update;

use crate::common::TempStore;
use crate::{app, asked, folder, with_device};

#[test]
fn without_a_device_it_is_status_4_and_says_how_to_add_one() {
    let store = TempStore::enrolled();
    let said = store.mfa(["authenticate", "C", "--push"]).said();
    let told = "error: no device was asked, since the app has none\n\
                hint: mfa devices C --store STORE --add\n";
    assert_eq!((said.status, &*said.stderr), (Some(4), told));
    assert_eq!(store.mfa(["run", "none", "--push", "--", "true"]).said().status, Some(125));
}

#[test]
fn where_another_challenge_is_open_it_is_status_3() {
    let store = with_device();
    let mut first = store.mfa(["authenticate", "C", "--push"]).start();
    asked(&store);
    let said = store.mfa(["authenticate", "C", "--push", "--json"]).said();
    assert_eq!((said.status, &said.json()["reason"]), (Some(3), &"pending".into()), "{said:?}");
    first.kill();
    first.finish();
}

#[test]
fn a_disabled_app_asks_nobody() {
    let store = with_device();
    let disabled = |enrolment: &Enrolment| {
        let account = enrolment.account.clone();
        let throttle = Throttle { failures: 100, ..account.guard.throttle };
        ((), Account { guard: Guard { throttle, ..account.guard }, ..account })
    };
    update(&folder(&store), &app(), disabled).unwrap();
    let said = store.mfa(["authenticate", "C", "--push", "--json"]).said();
    assert_eq!((said.status, &said.json()["reason"]), (Some(3), &"disabled".into()), "{said:?}");
}

#[test]
fn a_code_or_a_purpose_without_it_is_refused() {
    let store = with_device();
    for args in [
        &["authenticate", "C", "--push", "-o", "123456"][..],
        &["authenticate", "C", "--purpose", "x"],
        &["authenticate", "C", "--push", "--purpose", &"x".repeat(257)],
        &["authenticate", "C", "--push", "--purpose", "a\nb"],
        &["authenticate", "C", "--push", "--purpose", "a\u{202e}b"],
    ] {
        let said = store.mfa(args).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{args:?}: {said:?}");
    }
}

#[test]
fn where_the_number_cannot_be_shown_nobody_is_asked_for_long() {
    let store = with_device();
    let line = "exec 2>/dev/full";
    let said = store.after(line, ["authenticate", "C", "--push"]).said();
    assert_eq!((said.status, &*said.stderr), (Some(6), ""), "{said:?}");
    assert!(crate::common::push::waiting(&folder(&store), &app()).is_none());
}

#[test]
fn a_rename_removes_the_devices_and_says_so() {
    let store = with_device();
    let warning = "warning: its devices knew the old name, and have to be enrolled again: \
                   mfa devices D --store STORE --add\n";
    store.mfa(["rename", "C", "D"]).gives(0, "Renamed C to D\n", warning);
    store.mfa(["devices", "D"]).gives(0, "No devices defined\n", "");
}
