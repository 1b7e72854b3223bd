//! What the module needs and does not get: names of accounts and hosts, the time, a mounted store.

use std::fs;
use std::net::UdpSocket;

use crate::common::codes::{right, wrong};
use crate::common::disk::set_mode;
use crate::common::service::token;
use crate::common::{Said, TempStore};
use crate::stack::{Stack, enrolled, refused, unavailable, with_device};
use crate::syslog::{SystemLog, logged_as};

/// A service of names that has this answer for every name: an error, or that all are those of one account.
const SERVICE: &str = "
#include <errno.h>
#include <nss.h>
#include <pwd.h>
static struct passwd account = { \"nobody\", \"x\", 65534, 65534, \"\", \"/nonexistent\", \"\" };
enum nss_status _nss_mfatest_getpwnam_r(
    const char *name, struct passwd *found, char *buffer, size_t length, int *error)
{ *found = account; *error = ERROR; return STATUS; }
";

/// Compiles the service, and returns a line of shell behind which it is the only one.
fn names_by(store: &TempStore, [status, error]: [&str; 2]) -> String {
    let [source, names] = ["names.c", "nsswitch.conf"].map(|name| store.outside().join(name));
    fs::write(&source, SERVICE).unwrap();
    fs::write(&names, "passwd: mfatest\n").unwrap();
    let defined = [format!("-DSTATUS=NSS_STATUS_{status}"), format!("-DERROR={error}")];
    let compile = store.program("cc", ["-shared", "-fPIC", "-o", "libnss_mfatest.so.2"]);
    compile.args(defined).args([source]).gives(0, "", "");
    let folder = store.outside().display();
    format!("mount --bind {} /etc/nsswitch.conf; export LD_LIBRARY_PATH={folder}", names.display())
}

/// Logs in once where looking up a host takes longer than an exchange may; returns what that leaves in the
/// program.
fn with_slow_names(stack: &Stack<'_>, store: &TempStore) -> Said {
    // Nobody answers there.
    let _silent = UdpSocket::bind("127.0.0.9:53").unwrap();
    let names = store.outside().join("resolv.conf");
    fs::write(&names, "nameserver 127.0.0.9\noptions timeout:12 attempts:1\n").unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pam/host.py");
    let (names, name, wrong) = (names.display(), &stack.name, wrong());
    let line = format!(
        "mount --bind {names} /etc/resolv.conf; exec python3 -B {script} {name} nobody {wrong} 1"
    );
    store.program("unshare", ["--mount", "sh", "-c", &line]).said()
}

#[test]
#[ignore = "needs root, python3 and the module"]
fn a_name_service_that_hangs_leaves_no_thread_in_the_host() {
    let (store, waking) = (enrolled("nobody"), enrolled("nobody"));
    let file = store.outside().join("token");
    fs::write(&file, token()).unwrap();
    set_mode(&file, 0o600);
    let args = format!("server=https://gate.example token_file={} tries=1", file.display());
    let said = with_slow_names(&Stack::of(&store, &args), &store);
    assert_eq!((&*said.stdout, &*said.stderr), ("9\n{}\n", ""));
    with_device(&waking);
    let config = "[notify]\nurl = 'https://gate.example/'\nparams = { text = 'x' }\n";
    waking.put("config.toml", config);
    let said = with_slow_names(&Stack::of(&waking, "push tries=1"), &waking);
    assert_eq!((&*said.stdout, &*said.stderr), ("7\n{}\n", ""));
}

/// Returns lines behind which somebody is passed on who is not enrolled.
fn lenient(args: &str) -> String {
    format!("auth required pam_mfa.so {args}\nauth required pam_permit.so\n")
}

#[test]
#[ignore = "needs root, pamtester, a C compiler and the module"]
fn a_name_service_that_fails_lets_nobody_in_and_the_systems_log_says_so() {
    let store = enrolled("nobody");
    let log = SystemLog::new(&store);
    for (answer, why) in [
        (["TRYAGAIN", "EAGAIN"], "Resource temporarily unavailable (os error 11)"),
        (["UNAVAIL", "ECONNREFUSED"], "Connection refused (os error 111)"),
        (["UNAVAIL", "ENOENT"], "No such file or directory (os error 2)"),
    ] {
        let names = names_by(&store, answer);
        for (user, args) in [("nobody", ""), ("nobody", "nullok"), ("daemon", "nullok")] {
            let stack = Stack::new(&store, &lenient(args));
            let line = format!("{names}; exec pamtester {} {user} authenticate", stack.name);
            assert_eq!(logged_as(&line, &store, &(right() + "\n")), unavailable(""), "{answer:?}");
            let told = log.line();
            let why = format!("refused, cannot verify: cannot look the account up: {why}");
            assert!(told.ends_with(&why), "{told}");
        }
    }
    // Where it answers that there is nobody, there is nobody.
    let names = names_by(&store, ["NOTFOUND", "ENOENT"]);
    let stack = Stack::of(&store, "tries=1 nullok");
    let line = format!("{names}; exec pamtester {} nobody authenticate", stack.name);
    let no = "Code: the code is wrong, expired or already used\n";
    let unknown = refused("User not known to the underlying authentication module", no);
    assert_eq!(logged_as(&line, &store, &(right() + "\n")), unknown);
}

#[test]
#[ignore = "needs root, pamtester, a C compiler and the module"]
fn whatever_is_typed_the_app_is_that_of_the_accounts_own_name() {
    let store = enrolled("nobody");
    let names = names_by(&store, ["SUCCESS", "0"]);
    let stack = Stack::of(&store, "");
    let log = SystemLog::new(&store);
    let codes = store.mfa(["backup-codes", "nobody", "--count", "3"]).said().stdout;
    for (typed, code) in ["NOBODY", "nobody@example.com", "65534"].into_iter().zip(codes.lines()) {
        let line = format!("{names}; exec pamtester {} {typed} authenticate", stack.name);
        let said = logged_as(&line, &store, &format!("{code}\n"));
        assert_eq!(said.status, Some(0), "{said:?}");
        assert!(log.line().ends_with(&format!("user={typed} rhost=: accepted")));
    }
}

#[test]
#[ignore = "needs root, pamtester, faketime and the module"]
fn a_clock_before_all_time_lets_nobody_in() {
    let store = enrolled("nobody");
    let stack = Stack::of(&store, "");
    let login = ["pamtester", &*stack.name, "nobody", "authenticate"];
    let faketime = ["--exclude-monotonic", "-f", "1969-12-31 23:59:50"];
    let run = store.program("faketime", faketime).args(login).env("TZ", "UTC");
    assert_eq!(run.fed(right() + "\n").said(), unavailable("Code: "));
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_store_that_is_an_empty_mount_point_lets_nobody_in_and_stays_empty() {
    let store = enrolled("nobody");
    let log = SystemLog::new(&store);
    let root = store.path().display().to_string();
    let policy = store.outside().join("policy.yaml");
    let docs = include_str!("../../docs/policy.md");
    fs::write(&policy, docs.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap())
        .unwrap();
    let policy = format!("policy={}", policy.display());
    for args in ["", "nullok", "enrol", "push", &policy] {
        let stack = Stack::new(&store, &lenient(args));
        for user in ["nobody", "daemon"] {
            let line = format!(
                "mount -t tmpfs -o mode=0700 none {root}; pamtester {} {user} authenticate; \
                 status=$?; ls -A {root}; exit $status",
                stack.name
            );
            assert_eq!(logged_as(&line, &store, &(right() + "\n")), unavailable(""), "{args}");
            let told = log.line();
            let why = format!(
                "refused, cannot verify: {root} is not a store: it has no folder of secrets"
            );
            assert!(told.ends_with(&why), "{args}: {told}");
        }
    }
}
