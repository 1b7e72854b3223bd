//! Making one system call of a run fail, or killing the program at it.

use std::collections::BTreeMap;
use std::fs;

use crate::common::{Run, Said, TempStore};
use crate::no_panic;

/// The calls that fail on a full or broken disk.
const DISK: [&str; 10] = [
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "linkat",
    "openat",
    "ftruncate",
];

/// The calls that change nothing but the program's own memory.
const MEMORY: [&str; 7] = ["brk", "mmap", "munmap", "mprotect", "mremap", "madvise", "futex"];

/// What a file system may lack, as options of strace: FUSE, 9p and NFS have no conditional rename.
pub const LACKS: [&[&str]; 2] = [&[], &["-e", "inject=renameat2:error=EINVAL"]];

/// A run of the program that can be repeated from the same store.
///
/// Its input is made anew for each run, since a code does not stay right for all of them.
pub struct Scene<'a> {
    pub store: &'a dyn Fn() -> TempStore,
    pub args: &'a [&'a str],
    pub fed: &'a dyn Fn() -> String,
    /// The options with which strace disables calls in each run.
    pub without: &'a [&'a str],
}

/// Notes a code outside of the store, for whoever checks the outcome.
pub fn note(store: &TempStore, code: &str) {
    fs::write(store.outside().join("code"), code).unwrap();
}

/// Returns the noted code.
pub fn noted(store: &TempStore) -> String {
    fs::read_to_string(store.outside().join("code")).unwrap()
}

impl Scene<'_> {
    fn below_strace(&self, store: &TempStore, options: &[&str]) -> Run {
        let path = store.path();
        let mfa = ["--", crate::common::program(), "--store", path.to_str().unwrap()];
        let fed = (self.fed)();
        note(store, &fed);
        store.program("strace", [options, &mfa, self.args].concat()).fed(fed)
    }

    /// Lists all calls after the program's start by name and number, such as the ninth `openat`.
    fn calls(&self) -> Vec<(String, usize)> {
        let store = (self.store)();
        let log = store.outside().join("log");
        let options = [&["-o", log.to_str().unwrap()], self.without].concat();
        let said = self.below_strace(&store, &options).said();
        let log = fs::read_to_string(log).unwrap_or_else(|e| panic!("{e}: {said:?}"));
        let (mut counts, mut started, mut calls) = (BTreeMap::new(), false, Vec::new());
        for line in log.lines().filter(|line| !line.starts_with("+++")) {
            let name = line.split('(').next().unwrap().to_owned();
            let count = counts.entry(name.clone()).or_insert(0);
            *count += 1;
            // A call that is disabled cannot fail in another way.
            let is_taken = line.ends_with("(INJECTED)");
            if started && name != "exit_group" && !is_taken {
                calls.push((name, *count));
            }
            // This is the first call of the program itself.
            started |= line.starts_with("prctl(PR_SET_DUMPABLE");
        }
        assert!(calls.len() > 20, "{log}");
        calls
    }

    /// Lists those among them at which a disk may fail.
    fn of_disk(&self) -> Vec<(String, usize)> {
        self.calls().into_iter().filter(|(name, _)| DISK.contains(&&**name)).collect()
    }

    fn with(&self, (name, nth): &(String, usize), fault: &str) -> (TempStore, Said, String) {
        let store = (self.store)();
        let inject = format!("inject={name}:{fault}:when={nth}");
        let trace = format!("trace={name},renameat2");
        let fault = ["-o", "/dev/null", "-e", &trace, "-e", &inject];
        let said = self.below_strace(&store, &[&fault, self.without].concat()).said();
        let fault = format!("{:?} with {inject}", self.args);
        no_panic(&said, &fault);
        (store, said, fault)
    }

    /// Runs the scene once for each call at which a disk may fail, and each way in which it may.
    pub fn failing(&self, check: impl Fn(&TempStore, Said, &str)) {
        self.failing_twice(self, |[(store, said), _], fault| check(&store, said, fault));
    }

    /// Does the same with another run alongside that makes the same calls.
    pub fn failing_twice(&self, other: &Self, check: impl Fn([(TempStore, Said); 2], &str)) {
        let of_disk = self.of_disk();
        assert_eq!(of_disk, other.of_disk());
        assert!(of_disk.len() > 5, "{of_disk:?}");
        for (call, error) in of_disk.iter().flat_map(|c| [(c, "error=ENOSPC"), (c, "error=EIO")]) {
            let (store, said, fault) = self.with(call, error);
            let (beside, other, _) = other.with(call, error);
            check([(store, said), (beside, other)], &fault);
        }
    }

    /// Runs the scene once for each call, and kills it before that call.
    pub fn killed(&self, check: impl Fn(&TempStore, Said, &str)) {
        let calls = self.calls().into_iter().filter(|(name, _)| !MEMORY.contains(&&**name));
        for call in calls {
            let (store, said, fault) = self.with(&call, "signal=SIGKILL");
            assert_eq!(said.status, None, "{fault}: {said:?}");
            check(&store, said, &fault);
        }
    }
}
