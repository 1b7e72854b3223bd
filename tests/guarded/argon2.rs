use std::fs;

use crate::common::TempStore;
use crate::{codes, set, with_codes};

/// The memory that one Argon2 computation requests from the system, in bytes.
const MEMORY: u64 = 19 * 1024 * 1024;

/// Counts how often a run gets that much memory at once, by mapping it or by moving the break.
fn computations(store: &TempStore, args: &[&str], status: i32) -> usize {
    let log = store.outside().join("calls");
    let (log, path) = (log.to_str().unwrap(), store.path());
    let options = ["-o", log, "-e", "trace=mmap,brk", "--", crate::common::program(), "--store"];
    let run = store.program("strace", [&options[..], &[path.to_str().unwrap()], args].concat());
    assert_eq!(run.said().status, Some(status));
    let (mut count, mut end) = (0, None);
    for line in fs::read_to_string(log).unwrap().lines() {
        if let Some(length) = line.strip_prefix("mmap(NULL, ") {
            let length: u64 = length.split(',').next().unwrap().parse().unwrap();
            count += usize::from(length >= MEMORY);
        } else if let Some((_, moved)) = line.split_once(" = 0x") {
            let moved = u64::from_str_radix(moved.trim(), 16).unwrap();
            count += usize::from(
                line.starts_with("brk") && end.is_some_and(|end| moved >= end + MEMORY),
            );
            end = if line.starts_with("brk") { Some(moved) } else { end };
        }
    }
    count
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
    assert!(computations(&TempStore::enrolled(), &["backup-codes", "C", "--count", "2"], 0) >= 2);
}
