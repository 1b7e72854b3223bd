//! The command line on another machine, against the service as a process.

use std::fs;

use crate::common::codes::right;
use crate::common::disk::set_mode;
use crate::common::gateway::Gateway;
use crate::common::service::{Server, enrolled, token};
use crate::common::{Run, TempStore};

/// Prepares `authenticate` of an app on a server.
fn authenticate(gate: &TempStore, server: &Server, app: &str, code: &str) -> Run {
    let url = format!("http://{}", server.address);
    let args = ["authenticate", app, "-o", code, "--server", &url, "--token-file", "token"];
    gate.bare(args)
}

#[test]
fn a_gate_elsewhere_has_the_verdicts_of_the_store_behind_the_service() {
    let (store, gate) = (enrolled(), TempStore::new());
    let file = gate.outside().join("token");
    fs::write(&file, token()).unwrap();
    set_mode(&file, 0o600);
    let server = Server::start(&store);
    let code = right();
    authenticate(&gate, &server, "C", &code).gives(0, "Welcome\n", "");
    authenticate(&gate, &server, "C", &code).gives(1, "OTP verification failed\n", "");
    let length = "error: the code has 8 digits, this app's have 6\n";
    authenticate(&gate, &server, "C", "12345678").gives(2, "", length);
    let unknown = "error: the server has no app named '100% é'\n";
    authenticate(&gate, &server, "100% é", &code).gives(4, "", unknown);
    let log = store.mfa(["log", "--json"]).said().json();
    let last = log.as_array().unwrap().last().unwrap();
    assert_eq!((&last["outcome"], &last["client"]), (&"reused".into(), &"everything".into()));
    assert_eq!(store.mfa(["clients", "remove", "everything"]).said().status, Some(0));
    let refused = "error: the server does not accept the token\n";
    authenticate(&gate, &server, "C", &code).gives(5, "", refused);
}

#[test]
fn a_code_by_sms_comes_from_the_server() {
    let (store, gate, gateway) = (enrolled(), TempStore::new(), Gateway::start());
    store.put("config.toml", gateway.config());
    let file = gate.outside().join("token");
    fs::write(&file, token()).unwrap();
    set_mode(&file, 0o600);
    let server = Server::start(&store);
    let url = format!("http://{}", server.address);
    let there = ["--server", &*url, "--token-file", "token"];
    let sms = || gate.bare(["sms", "C"]).args(there);
    let missing =
        "error: no code was sent, since the app has no phone\nhint: mfa phone C +NUMBER\n";
    sms().gives(4, "", missing);
    assert_eq!(store.mfa(["phone", "C", "+15550100199"]).said().status, Some(0));
    sms().gives(0, "A code is on its way\n", "");
    let code = gateway.last_code();
    let authenticate = ["authenticate", "C", "-o", "-"];
    let accepted = gate.bare(authenticate).args(there).args(["--json"]).fed(&*code).said();
    assert_eq!((accepted.status, &accepted.json()["factor"]), (Some(0), &"sms".into()));
    let again = gate.bare(authenticate).args(there).args(["--sms"]).fed("000000").said();
    assert_eq!(again.status, Some(3), "{again:?}");
}
