use crate::common::TempStore;
use crate::common::codes::right;
use crate::{SECRET, authenticate, code_of, issued, lines};

#[test]
fn a_code_is_shown_once_and_the_log_says_who_was_seen_with_what() {
    let store = TempStore::enrolled();
    let code = issued(&store, &[]);
    assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4; 4]);
    let log = store.mfa(["log", "--json"]).said().json();
    let last = log.as_array().unwrap().last().unwrap();
    assert_eq!(last["action"], "recover-issue");
    assert_eq!(
        (&last["verified_with"], &last["reference"]),
        (&"badge".into(), &"TICKET-42".into())
    );
    assert!(last["expires"].as_str().unwrap().ends_with('Z'));
    assert!(
        !store.read("audit.jsonl").contains(&code) && !store.read("state/C.json").contains(&code)
    );
}

#[test]
fn no_gate_takes_it_and_each_login_hears_of_it_until_it_is_withdrawn() {
    let store = TempStore::enrolled();
    let code = issued(&store, &[]);
    assert_eq!(authenticate(&store, &code).status, Some(2));
    let heard = authenticate(&store, &right());
    assert_eq!(heard.status, Some(0), "{heard:?}");
    assert!(heard.stderr.starts_with("warning: a recovery code was issued at "), "{heard:?}");
    store.mfa(["recover", "cancel", "C"]).gives(
        0,
        "The recovery code opens nothing any more\n",
        "",
    );
    store.mfa(["recover", "cancel", "C"]).gives(0, "There was no recovery code\n", "");
    let after = authenticate(&store, &code_of(SECRET, 30));
    assert_eq!((after.status, &*after.stderr), (Some(0), ""));
}

#[test]
fn what_is_no_reference_or_no_way_to_verify_is_refused_and_a_missing_way_too() {
    let store = TempStore::enrolled();
    let before = store.snapshot();
    for args in [
        &["--verified-with", "badge", "--reference", "C01X00T47"][..],
        &["--verified-with", "badge", "--reference", "passport C01X00T47"],
        &["--verified-with", "badge", "--reference", "http://example.org"],
        &["--verified-with", "email"],
        &["--verified-with", ""],
        &[],
    ] {
        let said = store.mfa(["recover", "issue", "C"]).args(args).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{args:?}: {said:?}");
        assert!(!said.stderr.contains("C01X00T47"), "{said:?}");
    }
    assert_eq!(store.snapshot(), before);
}

#[test]
fn where_it_cannot_be_logged_no_code_is_issued() {
    let store = TempStore::enrolled();
    std::fs::remove_file(store.at("audit.jsonl")).unwrap();
    std::fs::create_dir(store.at("audit.jsonl")).unwrap();
    let before = store.read("state/C.json");
    let said = store.mfa(["recover", "issue", "C", "--verified-with", "badge"]).said();
    assert!(matches!(said.status, Some(5 | 6)), "{said:?}");
    assert_eq!((&*said.stdout, store.read("state/C.json")), ("", before));
}

#[test]
fn stolen_factors_open_nothing_until_an_unlock_or_the_owner_is_back() {
    let store = TempStore::enrolled();
    issued(&store, &["--stolen"]);
    let stolen = "error: the factors were stolen, and open nothing\n\
                  hint: they come back with a recovery code, or with mfa unlock C --store STORE\n";
    store.mfa(["authenticate", "C", "-o", &right()]).gives(3, "OTP verification failed\n", stolen);
    let withdrawn = store.mfa(["recover", "cancel", "C"]).said();
    assert!(withdrawn.stderr.contains("stay disabled"), "{withdrawn:?}");
    let json = store.mfa(["authenticate", "C", "-o", &right(), "--json"]).said();
    assert_eq!((json.status, &json.json()["reason"]), (Some(3), &"disabled".into()));
    store.mfa(["unlock", "C"]).gives(
        0,
        "Enabled it again\n",
        "warning: its factors were stolen, and open again now, for whoever has them\n",
    );
    assert_eq!(authenticate(&store, &right()).status, Some(0));
}

#[test]
fn a_policy_says_for_how_long_it_is_good_and_whether_one_is_issued_at_all() {
    let store = TempStore::enrolled();
    let policy = include_str!("../data/policy/published.yaml");
    for (text, status) in [(policy.to_owned(), 0), (policy.replace("verify_with_id", "none"), 1)] {
        let file = store.outside().join("policy.yaml");
        std::fs::write(&file, text).unwrap();
        let issue = ["recover", "issue", "C", "--verified-with", "video", "--policy"];
        let said = store.mfa(issue).args([file]).said();
        assert_eq!(said.status, Some(status), "{said:?}");
    }
}

#[test]
fn a_policy_says_how_many_backup_codes_an_enrolment_and_a_recovery_make() {
    let store = TempStore::enrolled();
    let file = store.outside().join("policy.yaml");
    let policy = include_str!("../data/policy/published.yaml");
    let fewer = policy.replace("backup_codes: 10", "backup_codes: 3");
    assert_ne!(fewer, policy);
    std::fs::write(&file, fewer).unwrap();
    let file = file.to_str().unwrap();
    let create = ["create", "-n", "me", "-i", "D", "--json", "--policy", file];
    let created = store.mfa(create).said();
    assert_eq!(created.json()["backup_codes"].as_array().unwrap().len(), 3, "{created:?}");
    let code = issued(&store, &[]);
    let recover = ["recover", "use", "C", "--secret-stdin", "--json", "--policy", file];
    let recovered = store.mfa(recover).fed(lines(&code)).said();
    assert_eq!(recovered.json()["backup_codes"].as_array().unwrap().len(), 3, "{recovered:?}");
}
