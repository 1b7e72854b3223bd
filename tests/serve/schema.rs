use std::path::Path;

use crate::common::TempStore;
use crate::common::service::{Server, enrolled, token};

/// Returns the program of the Python environment that the tests are told.
#[expect(clippy::disallowed_methods, reason = "how the tests are run is said from outside")]
fn schemathesis() -> String {
    let python = std::env::var("MFA_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".into());
    Path::new(&python).with_file_name("schemathesis").to_str().unwrap().to_owned()
}

fn run(store: &TempStore, server: &Server, config: &str) {
    std::fs::write(store.outside().join("schemathesis.toml"), config).unwrap();
    let description = format!("http://{}/v1/openapi.json", server.address);
    let token = format!("Authorization: Bearer {}", token());
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method";
    let phases =
        ["--phases", "examples,coverage,fuzzing", "-n", "60", "--generation-deterministic"];
    let said = store
        .program(schemathesis(), ["run", &description, "-H", &token, "--checks", checks])
        .args(phases)
        .said();
    assert_eq!(said.status, Some(0), "{}", said.stdout);
}

#[test]
#[ignore = "needs schemathesis"]
fn no_answer_is_undocumented_whatever_is_asked() {
    let store = enrolled();
    let server = Server::start(&store);
    run(&store, &server, "");
    run(&store, &server, "[parameters]\n\"path.app\" = \"C\"\n");
}
