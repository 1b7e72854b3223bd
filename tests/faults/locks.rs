use crate::common::codes::right;
use crate::common::{Run, Said, Started, TempStore};
use crate::{files, half_written, let_in, of_app};

/// Runs `mfa` on a file system whose locks do nothing: everyone gets every lock.
fn unlocked(store: &TempStore, args: &[&str]) -> Run {
    let path = store.path();
    let strace = ["-o", "/dev/null", "-e", "trace=flock", "-e", "inject=flock:retval=0", "--"];
    let mfa = [crate::common::program(), "--store", path.to_str().unwrap()];
    store.program("strace", [&strace[..], &mfa, args].concat())
}

#[test]
#[ignore = "needs strace"]
fn one_code_opens_once_even_where_locks_do_nothing() {
    for _ in 0..20 {
        let store = TempStore::enrolled();
        let code = right();
        let run = |_| unlocked(&store, &["authenticate", "C", "-o", "-"]).fed(&*code).start();
        let mut started: Vec<Started> = (0..8).map(run).collect();
        started.iter_mut().for_each(Started::feed);
        let said: Vec<Said> = started.into_iter().map(Started::finish).collect();
        assert_eq!(said.iter().filter(|said| let_in(said)).count(), 1, "{said:?}");
        assert_eq!(half_written(&store), [""; 0]);
    }
}

#[test]
#[ignore = "needs strace"]
fn where_locks_do_nothing_an_unfinished_file_is_somebodys_and_stays() {
    let store = TempStore::enrolled();
    store.put("state/.C.json.tmp", "{");
    store.put("secrets/.D.tmp", "");
    let before = store.snapshot();
    let busy = "error: the app is in use by another process\nhint: try again once the other process has ended\n";
    unlocked(&store, &["authenticate", "C", "-o", "-"]).fed(right()).gives(6, "", busy);
    unlocked(&store, &["list"]).gives(0, "App Name: C\n--------\n", "");
    assert_eq!(store.snapshot(), before);
    store.mfa(["list"]).gives(0, "App Name: C\n--------\n", "");
    store.mfa(["authenticate", "C", "-o", "-"]).fed(right()).gives(0, "Welcome\n", "");
    assert_eq!(files(&store), of_app("C", "secret state image"));
}

#[test]
#[ignore = "needs strace"]
fn doctor_finds_that_locks_do_nothing() {
    let store = TempStore::enrolled();
    let said = unlocked(&store, &["doctor"]).said();
    let problem =
        "Problem: STORE is on a file system whose locks do nothing, which is no place for a gate\n";
    assert!(said.status == Some(5) && said.stdout.contains(problem), "{said:?}");
    assert!(!store.mfa(["doctor"]).said().stdout.contains("locks"), "{said:?}");
}
