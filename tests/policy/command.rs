use crate::common::TempStore;
use crate::common::codes::right;
use crate::{PUBLISHED, checked, file};

fn remembered() -> TempStore {
    let store = TempStore::enrolled();
    let args = ["-a", "C", "--remember-device", "laptop", "--remember-location", "office"];
    store.mfa(args).args(["-o", &right()]).gives(0, "Welcome\n", "");
    store
}

const HOME: [&str; 4] = ["--device", "laptop", "--location", "office"];

#[test]
fn each_decision_has_its_status_and_says_why() {
    let store = remembered();
    let check = |args: &[&str]| checked(&store, &[&["C"], args].concat());
    check(&HOME).gives(0, "Allowed\n", "");
    check(&[]).gives(10, "A factor is asked for: new device, new location\n", "");
    check(&HOME[..2]).gives(10, "A factor is asked for: new location\n", "");
    let sensitive = [&HOME[..], &["--sensitive", "delete"]].concat();
    check(&sensitive).gives(11, "A fresh code is required: sensitive action\n", "");
    check(&["--service-account"]).gives(0, "Allowed: service account\n", "");
    let nobody = checked(&store, &["nobody", "--sensitive", "delete"]);
    nobody.gives(12, "Enrol first: not enrolled, sensitive action\n", "");
    let path = file(&store, PUBLISHED.replace("new_device: prompt_mfa", "new_device: deny"));
    let deny = store.mfa(["policy", "check", "C", "--policy", path.to_str().unwrap()]);
    deny.gives(13, "Denied: new device\n", "");
}

#[test]
fn json_has_the_decision_its_reasons_and_the_end_of_the_grace_period() {
    let store = remembered();
    checked(&store, &["C", "--json", "--device", "laptop"]).gives(
        10,
        "{\"decision\":\"prompt\",\"reasons\":[\"new_location\"],\"enrol_by\":null}\n",
        "",
    );
    let granted = checked(&store, &["nobody", "--json"]).said();
    assert_eq!(granted.status, Some(0));
    assert_eq!(granted.json()["reasons"][0], "grace_period");
    assert!(granted.json()["enrol_by"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn a_service_account_comes_from_nowhere_and_does_nothing_sensitive() {
    let store = remembered();
    for more in [["--device", "x"], ["--location", "x"], ["--sensitive", "x"]] {
        let said = checked(&store, &["C", "--service-account"]).args(more).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{said:?}");
        assert!(said.stderr.contains("cannot be used with"), "{said:?}");
    }
}

#[test]
fn help_in_a_check_lets_nobody_in() {
    let store = remembered();
    for more in [&["--help"][..], &["-h"], &["--version"], &["C", "--help"], &["--", "--help"]] {
        let said = checked(&store, more).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{more:?} {said:?}");
    }
    let said = store.mfa(["--help", "policy", "check", "C"]).said();
    assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{said:?}");
    assert_eq!(store.mfa(["policy", "report", "--help"]).said().status, Some(0));
}

#[test]
fn an_empty_device_or_location_is_an_error_and_nobodys() {
    let store = remembered();
    for option in ["--device", "--location", "--sensitive"] {
        let said = checked(&store, &["C", option, ""]).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{said:?}");
        assert!(said.stderr.starts_with("error: "), "{said:?}");
        assert!(said.stderr.contains(option), "{said:?}");
    }
    let said = store.mfa(["-a", "C", "-o", "000000", "--remember-device", ""]).said();
    assert_eq!(said.status, Some(2), "{said:?}");
}

#[test]
fn forgetting_forgets_the_devices_and_locations_alone() {
    let store = remembered();
    checked(&store, &["C"]).said();
    store.mfa(["policy", "forget", "C"]).gives(0, "Forgot 1 device and 1 location of C\n", "");
    checked(&store, &["C"]).args(HOME).gives(
        10,
        "A factor is asked for: new device, new location\n",
        "",
    );
    let again = "{\"app\":\"C\",\"devices\":0,\"locations\":0}\n";
    store.mfa(["policy", "forget", "C", "--json"]).gives(0, again, "");
    assert!(store.read("policy/C.json").contains("\"ever_enrolled\":true"));
    assert!(store.read("audit.jsonl").contains("\"action\":\"policy forget\""));
    store.mfa(["policy", "forget", "nobody"]).gives(4, "", "error: no app named 'nobody'\n");
}
