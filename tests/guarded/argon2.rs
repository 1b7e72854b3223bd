use std::fs;

use crate::common::TempStore;
use crate::{codes, set, with_codes};

/// The memory that one Argon2 computation requests from the system, in bytes.
const MEMORY: u64 = 19 * 1024 * 1024;

/// Counts how often a run maps that much memory at once, as the allocator is told to for all of more than a
/// megabyte: it would else keep what is freed for the next computation.
fn computations(store: &TempStore, args: &[&str], status: i32) -> usize {
    let log = store.outside().join("calls");
    let (log, path) = (log.to_str().unwrap(), store.path());
    let options = ["-o", log, "-e", "trace=mmap", "--", crate::common::program(), "--store"];
    let run = store.program("strace", [&options[..], &[path.to_str().unwrap()], args].concat());
    let said = run.env("MALLOC_MMAP_THRESHOLD_", "1048576").said();
    assert_eq!(said.status, Some(status));
    let calls = fs::read_to_string(log).unwrap();
    let lengths =
        calls.lines().filter_map(|line| line.strip_prefix("mmap(NULL, ")?.split(',').next());
    lengths.filter(|length| length.parse::<u64>().unwrap() >= MEMORY).count()
}

#[test]
#[ignore = "needs strace"]
fn redeeming_takes_one_computation_however_many_codes_there_are() {
    let store = with_codes(3);
    let mut backup = set().0.clone();
    let digests = backup["digests"].as_array_mut().unwrap();
    let last = digests.pop().unwrap();
    digests.resize(19, digests[0].clone());
    digests.push(last);
    crate::change(&store, "backup", backup);
    // A wrong code, the last of twenty, and the first of them, which has many duplicates.
    assert_eq!(computations(&store, &["-a", "C", "-o", "7KQ4-M2XH-9WRT"], 1), 1);
    assert_eq!(computations(&store, &["-a", "C", "-o", &codes()[2]], 0), 1);
    assert_eq!(computations(&store, &["-a", "C", "-o", "000000"], 1), 0);
    assert_eq!(computations(&TempStore::enrolled(), &["backup-codes", "C", "--count", "2"], 0), 2);
}
