use crate::Place;
use crate::common::TempStore;
use crate::common::codes::right;
use crate::common::postgres::{key_file, with_database};

const ALREADY: &str = "OTP verification failed\n";

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_used_code_stays_used_when_a_store_moves_into_a_database_and_back() {
    with_database(|database| {
        let (old, place, new) = (TempStore::enrolled(), Place::of(database), TempStore::new());
        let remember = ["--remember-device", "laptop"];
        let used = right();
        old.mfa(["-a", "C", "-o", &used]).args(remember).gives(0, "Welcome\n", "");
        old.mfa(["clients", "add", "ci", "--all-apps"]).said();
        old.mfa(["phone", "C", "+15550100199"]).said();
        let codes = old.mfa(["backup-codes", "C", "--json"]).said().json();
        let [code, other] = [0, 1].map(|n| codes["backup_codes"][n].as_str().unwrap().to_owned());
        old.mfa(["-a", "C", "-o", &code]).said();

        let path = old.path();
        let from = path.to_str().unwrap();
        let import = ["import", "--from", from];
        let plain = place.mfa(&import).said();
        assert_eq!(plain.status, Some(5), "{plain:?}");
        assert!(plain.stdout.ends_with("0 imported, 0 skipped, 1 refused\n"), "{plain:?}");
        let notes =
            "note: what policies remember is moved too: 1 name\nnote: 1 of 1 client moved too\n";
        let import = ["import", "--from", from, "--allow-plain"];
        place.mfa(&import).args(["--dry-run"]).gives(
            0,
            "Would import C\n1 to be imported, 0 skipped, 0 refused\n",
            "",
        );
        place.mfa(&["list"]).gives(0, "No Apps defined\n", "");
        place.mfa(&import).gives(0, "Imported C\n1 imported, 0 skipped, 0 refused\n", notes);
        let again = "Skipped C: exists already\n0 imported, 1 skipped, 0 refused\n";
        assert_eq!(place.mfa(&import).said().stdout, again);

        place.mfa(&["-a", "C", "-o", &used]).gives(1, ALREADY, "");
        place.mfa(&["-a", "C", "-o", &code]).gives(1, ALREADY, "");
        assert_eq!(place.mfa(&["-a", "C", "-o", &other]).said().status, Some(0));

        let key = key_file(new.outside());
        let back = new.mfa(["import", "--from", &place.url, "--key-file"]).args([&key]).said();
        assert_eq!((back.status, &*back.stderr), (Some(0), notes), "{back:?}");
        for code in [&used, &code, &other] {
            new.mfa(["-a", "C", "-o", code, "--key-file"]).args([&key]).gives(1, ALREADY, "");
        }
        let phone = new.mfa(["list", "--json", "--key-file"]).args([&key]).said().json();
        assert_eq!(phone[0]["phone"], "+*********99");
    });
}

#[test]
fn a_folder_moves_into_a_folder_and_one_that_is_not_there_is_an_error() {
    let (old, new) = (TempStore::enrolled(), TempStore::new());
    let used = right();
    old.mfa(["-a", "C", "-o", &used]).gives(0, "Welcome\n", "");
    let from = |path: &std::path::Path| new.mfa(["import", "--from"]).args([path]);
    from(&old.path()).gives(0, "Imported C\n1 imported, 0 skipped, 0 refused\n", "");
    new.mfa(["-a", "C", "-o", &used]).gives(1, ALREADY, "");
    let said = from(&new.at("nothing")).said();
    assert_eq!((said.status, &*said.stdout), (Some(5), ""), "{said:?}");
    assert!(said.stderr.starts_with("error: STORE/nothing is not a store"), "{said:?}");
}
