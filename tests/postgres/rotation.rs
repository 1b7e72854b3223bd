use std::fs;

use crate::Place;
use crate::common::codes::{SECRET, right};
use crate::common::postgres::{shared_primary, with_database};

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_new_key_opens_everything_once_it_was_sealed_anew() {
    with_database(|database| {
        let place = Place::of(database);
        let create = ["create", "-n", "me", "-i", "C", "--secret-stdin", "--json"];
        assert_eq!(place.mfa(&create).fed(SECRET).said().status, Some(0));
        place.mfa(&["-a", "C", "-o", &right(), "--remember-device", "x"]).gives(0, "Welcome\n", "");
        assert_eq!(place.mfa(&["clients", "add", "ci", "--all-apps"]).said().status, Some(0));

        let old = fs::read_to_string(&place.key).unwrap();
        let new = place.beside.outside().join("new.key");
        assert_eq!(
            place.beside.bare(["keygen", "--id", "new"]).args([&new]).said().status,
            Some(0)
        );
        let newest = fs::read_to_string(&new).unwrap();
        fs::write(&place.key, format!("{newest}{old}")).unwrap();
        let sealed = "Sealed C\nSealed what the policy remembers of C\nThe list of clients is sealed anew\n  ci may verify all apps\n";
        place.mfa(&["encrypt"]).gives(0, sealed, "");
        place.mfa(&["encrypt"]).gives(0, "C is sealed already\n", "");

        fs::write(&place.key, newest).unwrap();
        place.mfa(&["-a", "C", "-o", &right()]).gives(1, "OTP verification failed\n", "");
        assert_eq!(place.mfa(&["clients", "list"]).said().status, Some(0));
        let keys = "SELECT string_agg(DISTINCT key_id, ',') FROM \
                    (SELECT key_id FROM mfa.app UNION SELECT key_id FROM mfa.policy UNION SELECT key_id FROM mfa.client) AS k";
        assert_eq!(shared_primary().sql(&database.name, keys), "new");
        fs::write(&place.key, old).unwrap();
        let said = place.mfa(&["-a", "C", "-o", "123456"]).said();
        assert_eq!(said.status, Some(5), "{said:?}");
    });
}
