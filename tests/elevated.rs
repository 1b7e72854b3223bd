//! Rights that the caller lacks: a binary that is setuid or setgid, or has capabilities.

#![cfg(test)]

mod common;

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};

use common::codes::{SECRET, right};
use common::disk::set_mode;
use common::{Run, TempStore};

const NOBODY: u32 = 65_534;
const REFUSED: &str = "error: with rights that are not the caller's, only authenticate, list and log work\n\
                       hint: call mfa as the user whose store it is\n";

/// Every command that does more than authenticate or list, and the flag form of one.
const OTHERS: [&[&str]; 15] = [
    &["create", "-n", "n", "-i", "D"],
    &["-c", "-n", "n", "-i", "D"],
    &["code"],
    &["uri", "C"],
    &["qr", "C"],
    &["rename", "C", "D"],
    &["remove", "C", "--yes"],
    &["import", "/dev/null"],
    &["export"],
    &["backup-codes", "C"],
    &["unlock", "C"],
    &["doctor"],
    &["doctor", "--fix"],
    &["completions", "bash"],
    &["man", "."],
];

/// A copy of the program that others may start and that has rights of its own.
struct Privileged<'a> {
    store: &'a TempStore,
    program: PathBuf,
}

impl<'a> Privileged<'a> {
    fn new(store: &'a TempStore) -> Self {
        set_mode(store.outside(), 0o755);
        let program = store.outside().join("mfa");
        common::copy_program(&program);
        Self { store, program }
    }

    fn owned(self, user: u32, group: u32, mode: u32) -> Self {
        chown(&self.program, Some(user), Some(group)).unwrap();
        set_mode(&self.program, mode);
        self
    }

    fn with_capabilities(self, capabilities: &str) -> Self {
        let program = self.program.to_str().unwrap();
        self.store.program("/usr/sbin/setcap", [capabilities, program]).gives(0, "", "");
        self
    }

    /// Prepares a run of the program by a user who owns nothing else, in a folder of their own.
    fn called(&self, args: &[&str]) -> Run {
        let reuid = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
        let program = self.program.to_str().unwrap();
        self.store.program("setpriv", reuid).args([program]).args(args)
    }
}

fn named<'a>(store: &'a Path, args: &[&'a str]) -> Vec<&'a str> {
    [args, &["--store", store.to_str().unwrap()]].concat()
}

#[track_caller]
fn refuses_all_that_could_serve_the_caller(privileged: &Privileged<'_>) {
    let (store, path) = (privileged.store, privileged.store.path());
    let before = store.snapshot();
    for args in OTHERS {
        privileged.called(&named(&path, args)).gives(2, "", REFUSED);
        privileged.called(args).gives(2, "", REFUSED);
    }
    let run = ["run", "--store", path.to_str().unwrap(), "C", "-o", &right(), "--", "id"];
    privileged.called(&run).gives(125, "", REFUSED);
    assert_eq!(store.snapshot(), before);
}

#[test]
#[ignore = "needs root"]
fn a_setuid_gate_judges_and_tells_what_its_owner_lets_it_and_does_nothing_else() {
    let store = TempStore::with_secret("C", SECRET);
    let privileged = Privileged::new(&store).owned(0, 0, 0o4755);
    refuses_all_that_could_serve_the_caller(&privileged);
    let (path, code) = (store.path(), right());
    privileged.called(&named(&path, &["-l"])).gives(0, "App Name: C\n--------\n", "");
    privileged.called(&named(&path, &["-a", "C", "-o", &code])).gives(0, "Welcome\n", "");
    let log = privileged.called(&named(&path, &["log", "--json"])).said().json();
    assert_eq!((&log[0]["uid"], &log[0]["outcome"]), (&NOBODY.into(), &"accepted".into()));
}

#[test]
#[ignore = "needs root"]
fn setgid_and_capabilities_are_rights_as_well() {
    let store = TempStore::with_secret("C", SECRET);
    refuses_all_that_could_serve_the_caller(&Privileged::new(&store).owned(NOBODY, 0, 0o2755));
    let capable = Privileged::new(&store).owned(NOBODY, NOBODY, 0o755);
    let capable = capable.with_capabilities("cap_dac_override+ep");
    refuses_all_that_could_serve_the_caller(&capable);
}

#[test]
#[ignore = "needs root"]
fn with_rights_that_are_not_the_callers_the_environment_names_no_store() {
    let store = TempStore::with_secret("C", SECRET);
    let message = "error: with rights that are not the caller's, the environment names no store\n\
                   hint: name the store with --store DIR\n";
    for (user, group, mode) in [(0, NOBODY, 0o4755), (NOBODY, 0, 0o2755)] {
        let privileged = Privileged::new(&store).owned(user, group, mode);
        let list = || privileged.called(&["list"]);
        list().env("MFA_STORE", store.path()).env("HOME", "/root").gives(2, "", message);
        list().args(["--store", "/nowhere"]).gives(0, "No Apps defined\n", "");
    }
}

#[cfg(feature = "remote")]
#[test]
#[ignore = "needs root"]
fn with_rights_that_are_not_the_callers_no_device_is_asked() {
    let store = TempStore::with_secret("C", SECRET);
    let privileged = Privileged::new(&store).owned(0, 0, 0o4755);
    let refused = "error: with rights that are not the caller's, no device is asked\n";
    privileged.called(&named(&store.path(), &["-a", "C", "--push"])).gives(2, "", refused);
}

#[cfg(feature = "remote")]
#[test]
#[ignore = "needs root"]
fn with_rights_that_are_not_the_callers_no_token_is_sent_anywhere() {
    let store = TempStore::with_secret("C", SECRET);
    let privileged = Privileged::new(&store).owned(0, 0, 0o4755);
    let token = store.outside().join("token");
    std::fs::write(&token, "mfa_000000ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
    set_mode(&token, 0o600);
    let token = token.to_str().unwrap();
    let code = ["authenticate", "C", "-o", "123456"];
    let server = ["--server", "http://127.0.0.1:1", "--token-file", token];
    let refused = "error: with rights that are not the caller's, no server is asked\n";
    privileged.called(&[&code[..], &server].concat()).gives(2, "", refused);
    let unnamed =
        privileged.called(&code).env("MFA_SERVER", server[1]).env("MFA_TOKEN_FILE", token);
    let said = unnamed.said();
    let error = "error: with rights that are not the caller's, the environment names no store\n";
    assert!(said.status == Some(2) && said.stderr.starts_with(error), "{said:?}");
}
