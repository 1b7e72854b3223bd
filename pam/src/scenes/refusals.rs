use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use super::*;

/// What somebody reads who is wrong three times.
fn three_times_no() -> Vec<String> {
    said(&["? Code: ", NO, "? Code: ", NO, "? Code: "])
}

#[track_caller]
fn is_unavailable(scene: &Scene, args: &[&str], why: &str) {
    let (end, said) = scene.types(args, &[RIGHT; 3]);
    let store = scene.store().root().to_str().unwrap().to_owned();
    let End::Unavailable(told) = end else { panic!("{end:?}") };
    assert_eq!((told.replace(&store, "STORE"), said), (why.into(), Vec::new()));
}

#[test]
fn a_guesser_has_to_wait_and_is_not_asked_again() {
    let scene = Scene::new();
    assert_eq!(scene.types(&["tries=5"], &[WRONG; 5]).0, End::Throttled { retry_after: 30 });
    let waiting = scene.types(&[], &[RIGHT]);
    assert_eq!(waiting, (End::Throttled { retry_after: 30 }, said(&["? Code: "])));
    assert_eq!(scene.log().0, ["wrong", "wrong", "wrong", "wrong", "throttled"]);
}

#[test]
fn whoever_is_not_enrolled_reads_what_somebody_reads_who_is_wrong() {
    let scene = Scene::new();
    assert_eq!(scene.types(&[], &[WRONG; 3]), (End::Wrong, three_times_no()));
    assert_eq!(
        Scene::without_alice().types(&[], &[WRONG; 3]),
        (End::NotEnrolled, three_times_no())
    );
    let mut nobody = Scene::new();
    nobody.login.user = Some("mallory".into());
    assert_eq!(nobody.types(&[], &[WRONG; 3]), (End::NotEnrolled, three_times_no()));
    assert_eq!(nobody.types(&["nullok"], &[RIGHT; 3]).0, End::NotEnrolled, "no account");
    assert_eq!(End::Wrong.text(), End::NotEnrolled.text());
}

#[test]
fn how_long_a_refusal_takes_does_not_tell_who_is_enrolled() {
    let (mut nobody, strange) = (Scene::new(), Scene::new());
    nobody.login.user = Some("mallory".into());
    for (scene, args) in [
        (Scene::new(), &[][..]),
        (Scene::without_alice(), &[]),
        (nobody, &[]),
        (strange, &["app=%s-%u"]),
    ] {
        // What is wrong, of another length, and no code at all.
        let _ = scene.types(args, &[WRONG, "00000000", "hunter2"]);
        assert_eq!(scene.settled.get(), 3, "{args:?}");
    }
}

#[test]
fn with_nullok_an_account_without_an_app_is_passed_on_unasked() {
    assert_eq!(Scene::without_alice().types(&["nullok"], &[]), (End::Ignored, Vec::new()));
    let scene = Scene::new();
    assert_eq!(scene.types(&["nullok", "tries=1"], &[WRONG]).0, End::Wrong, "alice is enrolled");
}

#[test]
fn the_app_is_the_accounts_own_name_whatever_was_typed() {
    let mut scene = Scene::new();
    scene.login.user = Some("ALICE".into());
    assert_eq!(scene.types(&[], &[RIGHT]).0, End::Accepted);
    let mut other = Scene::new();
    other.account = Some("alice.smith".into());
    assert_eq!(other.types(&["tries=1"], &[RIGHT]).0, End::NotEnrolled);
    assert_eq!(other.types(&["nullok"], &[]).0, End::Ignored);
}

#[test]
fn a_name_service_that_fails_lets_nobody_in() {
    let mut scene = Scene::without_alice();
    scene.account = None;
    is_unavailable(&scene, &["nullok"], "cannot look the account up: timed out");
}

#[test]
fn where_nobody_at_all_is_enrolled_nobody_is_passed_on_since_the_store_may_not_be_mounted() {
    let why = "STORE has no app at all, as if it were not mounted: mfa create enrols the first";
    is_unavailable(&Scene::empty(), &["nullok"], why);
    let mut nobody = Scene::empty();
    nobody.login.user = Some("mallory".into());
    is_unavailable(&nobody, &[], why);
}

#[test]
fn what_is_wrong_with_a_store_does_not_tell_who_is_enrolled() {
    let mut nobody = Scene::new();
    nobody.login.user = Some("mallory".into());
    for scene in [Scene::new(), Scene::without_alice()] {
        let log = scene.store().root().join("audit.jsonl");
        std::fs::write(&log, "").unwrap();
        std::fs::set_permissions(&log, Permissions::from_mode(0o666)).unwrap();
        let (end, said) = scene.types(&[], &[WRONG]);
        assert!(matches!(end, End::Unavailable(_)) && said == ["? Code: "], "{end:?} {said:?}");
        assert_eq!(scene.settled.get(), 1);
    }
    let secrets = nobody.store().root().join("secrets");
    std::fs::set_permissions(&secrets, Permissions::from_mode(0o777)).unwrap();
    let (end, said) = nobody.types(&[], &[WRONG]);
    assert!(matches!(end, End::Unavailable(_)) && said.is_empty(), "{end:?} {said:?}");
}

#[test]
fn a_store_that_is_missing_or_unsafe_lets_nobody_in_and_nobody_is_asked() {
    let scene = Scene::new();
    std::fs::rename(scene.store().root(), scene.folder.path().join("away")).unwrap();
    let missing = "STORE is not a store: it has no folder of secrets";
    is_unavailable(&scene, &["nullok"], missing);
    is_unavailable(&scene, &[], missing);
    let scene = Scene::new();
    let secrets = scene.store().root().join("secrets");
    std::fs::set_permissions(&secrets, Permissions::from_mode(0o777)).unwrap();
    for args in [&[][..], &["nullok"], &["enrol"]] {
        let (end, said) = scene.types(args, &[RIGHT; 3]);
        assert!(matches!(end, End::Unavailable(_)) && said.is_empty(), "{end:?} {said:?}");
    }
}

#[test]
fn an_attempt_that_cannot_be_logged_lets_nobody_in() {
    let scene = Scene::new();
    let log = scene.store().root().join("audit.jsonl");
    std::fs::write(&log, "").unwrap();
    std::fs::set_permissions(&log, Permissions::from_mode(0o666)).unwrap();
    let (end, said) = scene.types(&[], &[RIGHT]);
    assert!(matches!(end, End::Unavailable(_)) && said == ["? Code: "], "{end:?} {said:?}");
}

#[test]
fn a_key_or_a_policy_that_is_not_there_lets_nobody_in() {
    let scene = Scene::without_alice();
    for name in ["key_file", "policy"] {
        let file = format!("{name}={}/missing", scene.folder.path().display());
        let (end, said) = scene.types(&[&file], &[RIGHT]);
        assert!(matches!(end, End::Unavailable(_)) && said.is_empty(), "{end:?} {said:?}");
    }
}

#[test]
fn nobody_who_does_not_answer_is_let_in() {
    let scene = Scene::new();
    assert_eq!(scene.types(&[], &[]), (End::Unheard, said(&["? Code: "])));
    assert_eq!(scene.types(&[], &[WRONG]).0, End::Unheard);
    assert_eq!(Scene::without_alice().types(&[], &[]).0, End::Unheard);
}
