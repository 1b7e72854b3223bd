use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::{attempt, code, enrol, with_counter};

#[test]
fn the_same_secret_keeps_its_counter_however_it_is_enrolled_again() {
    let store = with_counter(0);
    assert_eq!(attempt(&store, &code(6)).0, Some(0));
    for options in [&["--force"][..], &["--force", "--counter", "3"]] {
        enrol(&store, options);
        assert_eq!(attempt(&store, &code(6)).0, Some(1), "{options:?}");
    }
    enrol(&store, &["--force", "--counter", "20"]);
    assert_eq!(attempt(&store, &code(10)).0, Some(1));
    assert_eq!(attempt(&store, &code(20)).0, Some(0));
}

#[test]
fn another_secret_starts_at_its_own_counter() {
    let store = with_counter(0);
    assert_eq!(attempt(&store, &code(9)).0, Some(0));
    let create = ["create", "-n", "me", "-i", "C", "--hotp", "--force", "--json"];
    assert_eq!(store.mfa(create).said().status, Some(0));
    let first = store.mfa(["code", "C", "--next"]).said().stdout;
    assert_eq!(attempt(&store, first.trim()).0, Some(0));
}

#[test]
fn a_token_that_replaces_a_phone_opens_with_its_first_code_and_no_used_one_comes_back() {
    let store = TempStore::with_secret("C", SECRET);
    let used = right();
    assert_eq!(attempt(&store, &used).0, Some(0));
    enrol(&store, &["--force"]);
    assert_eq!(attempt(&store, &code(0)).0, Some(0));
    let create = ["create", "-n", "me", "-i", "C", "--force", "--secret-stdin"];
    assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
    assert_eq!(attempt(&store, &used), (Some(1), "reused".into()));
    enrol(&store, &["--force"]);
    assert_eq!(attempt(&store, &code(0)).0, Some(1));
    assert_eq!(attempt(&store, &code(1)).0, Some(0));
}

#[test]
fn a_phone_that_replaces_a_token_opens_with_its_first_code() {
    let store = with_counter(0);
    assert_eq!(attempt(&store, &code(6)).0, Some(0));
    let create = ["create", "-n", "me", "-i", "C", "--force", "--secret-stdin"];
    assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
    assert_eq!(attempt(&store, &right()).0, Some(0));
}

#[test]
fn the_counter_of_a_lost_secret_counts_for_the_secret_that_comes_back() {
    let store = with_counter(0);
    assert_eq!(attempt(&store, &code(6)).0, Some(0));
    std::fs::remove_file(store.at("secrets/C")).unwrap();
    enrol(&store, &[]);
    assert_eq!(attempt(&store, &code(6)).0, Some(1));
    assert_eq!(attempt(&store, &code(7)).0, Some(0));
}

#[test]
fn no_app_is_renamed_to_where_the_counter_of_a_lost_secret_is_remembered() {
    let store = with_counter(0);
    assert_eq!(attempt(&store, &code(6)).0, Some(0));
    std::fs::remove_file(store.at("secrets/C")).unwrap();
    let create = ["create", "-n", "me", "-i", "W", "--no-image"];
    assert_eq!(store.mfa(create).said().status, Some(0));
    let error =
        "error: STORE/state/C.json belongs to no app, and may remember codes that were used\n";
    store.mfa(["rename", "W", "C"]).gives(5, "", error);
    enrol(&store, &[]);
    assert_eq!(attempt(&store, &code(6)).0, Some(1));
}

#[test]
fn a_state_that_says_nothing_new_stays_version_1() {
    let store = TempStore::with_secret("C", SECRET);
    assert_eq!(attempt(&store, &right()).0, Some(0));
    assert_eq!(store.state("C")["version"], 1);
    enrol(&store, &["--force"]);
    assert_eq!(store.state("C")["version"], 2);
}
