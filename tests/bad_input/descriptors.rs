use crate::common::codes::{SECRET, right, wrong};
use crate::common::{Said, TempStore, program};

/// Every set of closed standard descriptors but the empty one.
const CLOSED: [&str; 7] = ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"];

/// Runs a line of shell in a root folder of its own with just the store and the program, and so
/// without `/dev/null`.
fn in_an_empty_root(store: &TempStore, closed: &str, args: &str) -> Said {
    let script = format!(
        "mkdir -p root && mount -t tmpfs none root && cp -p \"$1\" root/mfa || exit 99
        ldd \"$1\" | grep -o '/[^ ]*' | while read -r library; do
            mkdir -p root/$(dirname $library) && cp -L $library root/$library || exit 99
        done
        cp -a store root/store || exit 99
        (exec {closed}; exec unshare --root=root /mfa --store /store {args}); status=$?
        cp -a root/store/. store; exit $status"
    );
    let root = rustix::process::geteuid().is_root();
    let unshare = if root { vec!["-m"] } else { vec!["-m", "--map-root-user"] };
    store
        .program("unshare", [&unshare[..], &["sh", "-c", &script, "sh", program()]].concat())
        .said()
}

#[test]
fn a_closed_descriptor_changes_no_status_and_gets_nothing_of_the_store() {
    for closed in CLOSED {
        let store = TempStore::with_secret("C", SECRET);
        let exec = format!("exec {closed}");
        for (code, status) in [(right(), 0), (wrong(), 1), (right(), 1)] {
            let said = store.after(&exec, ["-a", "C", "-o", &code]).said();
            assert_eq!(said.status, Some(status), "{closed}: {said:?}");
        }
        unspoilt(&store, closed);
    }
}

/// Asserts that the secret is unchanged, and that the state and the log can be read.
#[track_caller]
fn unspoilt(store: &TempStore, closed: &str) {
    assert_eq!(store.read("secrets/C"), SECRET, "{closed}");
    assert_eq!(store.state("C")["failures"], 2, "{closed}");
    let log = store.mfa(["log", "--json"]).said();
    assert_eq!((&*log.stderr, log.json().as_array().unwrap().len()), ("", 3), "{closed}");
}

#[test]
fn an_answer_to_a_closed_descriptor_is_not_given() {
    let store = TempStore::with_secret("C", SECRET);
    let error = "error: cannot write stdout: Bad file descriptor (os error 9)\n";
    store.after("exec >&-", ["export"]).gives(6, "", error);
}

#[test]
fn without_descriptors_to_put_in_their_place_nothing_is_done() {
    let store = TempStore::with_secret("C", SECRET);
    let none = "error: cannot open a descriptor: Too many open files (os error 24)\n";
    let before = store.snapshot();
    store.after("ulimit -n 4", ["-a", "C", "-o", &right()]).gives(125, "", none);
    assert_eq!(store.snapshot(), before);
}

#[test]
#[ignore = "needs root, or namespaces of users"]
fn without_dev_null_a_closed_descriptor_changes_no_status_either() {
    for closed in CLOSED {
        let store = TempStore::with_secret("C", SECRET);
        for (code, status) in [(right(), 0), (wrong(), 1), (right(), 1)] {
            let said = in_an_empty_root(&store, closed, &format!("-a C -o {code}"));
            assert_eq!(said.status, Some(status), "{closed}: {said:?}");
        }
        unspoilt(&store, closed);
    }
}
