//! The commands of the documentation, verbatim but for the URLs and the folders.

use crate::common::TempStore;
use crate::common::codes::right;
use crate::common::postgres::{shared_primary, with_database};
use crate::common::program;

const DOCS: &str = include_str!("../../docs/postgres.md");

/// Returns the code block that contains this.
fn block(containing: &str) -> &'static str {
    let block = DOCS.split("```").skip(1).step_by(2).find(|block| block.contains(containing));
    block.unwrap().split_once('\n').unwrap().1
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn the_tables_are_made_and_a_store_moves_in_and_back_with_its_used_codes() {
    with_database(|database| {
        let old = TempStore::enrolled();
        old.mfa(["rename", "C", "deploy"]).said();
        let new = old.outside().join("new");
        let gate = format!("'{}'", shared_primary().url("mfa_gate", &database.name));
        let run = |containing: &str, folder: &str, code: &str| {
            let line = block(containing)
                .replace("'postgres://postgres@/mfa?host=/run/postgresql'", "\"$URL\"")
                .replace("postgres://mfa_gate@db1.example.org,db2.example.org/mfa", &gate)
                .replace("/etc/mfa.key", old.outside().join("mfa.key").to_str().unwrap())
                .replace("/var/lib/mfa", folder);
            let script = format!("set -e\nmfa() {{ '{}' \"$@\"; }}\n{line}", program());
            let said =
                old.program("sh", ["-c", &script]).env("URL", &database.url).fed(code).said();
            assert_eq!(said.status, Some(0), "{line}: {said:?}");
            said.stdout
        };
        let grants = run(" init\n", "", "");
        for line in block("GRANT").lines().filter(|line| line.starts_with("GRANT")) {
            assert!(grants.contains(line), "{line}: {grants}");
        }
        let moved = "1 imported, 0 skipped, 0 refused\n";
        assert!(run("mfa keygen", old.path().to_str().unwrap(), "").ends_with(moved));
        let code = right();
        assert_eq!(run("authenticate deploy", "", &code), "Welcome\n");
        assert!(run("--from \"$URL\"", new.to_str().unwrap(), "").ends_with(moved));
        let key = old.outside().join("mfa.key");
        let back = old.bare(["--store", new.to_str().unwrap(), "--key-file"]).args([key]);
        assert_eq!(back.args(["-a", "deploy", "-o", &code]).said().status, Some(1));
    });
}
