use crate::Place;
use crate::common::codes::{SECRET, right};
use crate::common::postgres::{Database, shared_primary, with_database};
use crate::common::{Run, Said};

/// A place that a role of the documentation uses.
fn of_role(role: &str, database: &Database) -> Place {
    Place::at(&shared_primary().url(role, &database.name))
}

fn enrolled(database: &Database) {
    let create = ["create", "-n", "me", "-i", "Corp", "--secret-stdin", "--json"];
    let said = of_role("mfa_admin", database).mfa(&create).fed(SECRET).said();
    assert_eq!(said.status, Some(0), "{said:?}");
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_gate_verifies_and_can_do_nothing_else() {
    with_database(|database| {
        enrolled(database);
        let gate = of_role("mfa_gate", database);
        gate.mfa(&["-a", "Corp", "-o", &right(), "--remember-device", "laptop"]).gives(
            0,
            "Welcome\n",
            "",
        );
        let status = |run: Run| run.said().status;
        assert_eq!(status(gate.mfa(&["-a", "Corp", "-o", &right()])), Some(1));
        let refused = "(permission denied|must be owner)";
        for statement in [
            "SELECT * FROM mfa.audit",
            "DELETE FROM mfa.audit",
            "UPDATE mfa.audit SET app = ''",
            "INSERT INTO mfa.audit (app, at, event) VALUES ('', now(), '{}')",
            "UPDATE mfa.app SET name = 'other'",
            "INSERT INTO mfa.app VALUES ('planted', 1, '', '')",
            "DELETE FROM mfa.app",
            "TRUNCATE mfa.app",
            "DROP TABLE mfa.app",
            "UPDATE mfa.policy SET name = 'other'",
            "DELETE FROM mfa.policy",
            "UPDATE mfa.client SET record = ''",
            "INSERT INTO mfa.client VALUES ('planted', 1, '', '')",
            "UPDATE mfa.meta SET schema = 0",
            "CREATE TABLE mfa.more ()",
        ] {
            let error =
                shared_primary().try_sql("mfa_gate", &database.name, statement).unwrap_err();
            let is_refused = error.contains("permission denied") || error.contains("must be owner");
            assert!(is_refused, "{statement}: {error} is not {refused}");
        }
        let url = &gate.url;
        let error = format!("error: cannot read {url}: permission denied for table audit\n");
        gate.mfa(&["log"]).gives(5, "", &error);
        let error = format!("error: cannot write {url}: permission denied for table app\n");
        gate.mfa(&["remove", "Corp", "--yes"]).gives(6, "", &error);
    });
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn an_administrator_does_everything_but_change_the_tables_or_what_is_logged() {
    with_database(|database| {
        enrolled(database);
        let admin = of_role("mfa_admin", database);
        for args in [
            &["clients", "add", "ci", "--all-apps"][..],
            &["backup-codes", "Corp"],
            &["rename", "Corp", "New"],
            &["log"],
            &["log", "--prune", "1d"],
            &["remove", "New", "--yes"],
        ] {
            let said = admin.mfa(args).said();
            assert_eq!(said.status, Some(0), "{args:?}: {said:?}");
        }
        for statement in [
            "UPDATE mfa.audit SET app = ''",
            "DROP TABLE mfa.app",
            "UPDATE mfa.meta SET schema = 0",
        ] {
            assert!(shared_primary().try_sql("mfa_admin", &database.name, statement).is_err());
        }
    });
}

/// Returns the lines that name a role and what is wrong.
fn lines(said: &Said) -> Vec<&str> {
    let is_wanted = |line: &&str| {
        ["Role", "Standby", "Apps", "Problem", "Nothing"].iter().any(|word| line.starts_with(word))
    };
    said.stdout.lines().filter(is_wanted).collect()
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn the_doctor_tells_the_role_the_standby_and_what_is_wrong() {
    with_database(|database| {
        enrolled(database);
        let doctor = |url: &str| Place::at(url).mfa(&["doctor"]).said();
        let url = |role| shared_primary().url(role, &database.name);
        let [apps, standby] = ["Apps: 1", "Standby: standby confirms changes"];
        let gate = doctor(&url("mfa_gate"));
        assert_eq!(
            lines(&gate),
            [apps, "Role: 'mfa_gate', a gate", standby, "Nothing is wrong"],
            "{gate:?}"
        );
        assert_eq!(gate.status, Some(0));
        let admin = doctor(&url("mfa_admin"));
        assert_eq!(lines(&admin)[1], "Role: 'mfa_admin', an administrator");
        let lone = doctor(&(url("postgres") + "&standby=none"));
        let problems = [
            "Problem: 'postgres' is a superuser, which can change the log: a role for init alone",
            "Problem: standby=none: a code that was accepted opens again where the server is lost, and an older copy takes its place",
        ];
        assert_eq!(lines(&lone)[3..], problems);
        assert_eq!(lone.status, Some(5));
        shared_primary().sql(&database.name, "UPDATE mfa.app SET record = 'x'");
        let damaged = doctor(&url("mfa_gate"));
        assert!(lines(&damaged)[3].contains("'Corp' in postgres://"), "{damaged:?}");
    });
}
