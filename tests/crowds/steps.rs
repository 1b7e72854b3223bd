use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::{authenticate, codes, race, welcomes};

/// Reads the recorded step again and again while others change it.
fn last_steps(store: &TempStore, done: &AtomicBool) -> Vec<u64> {
    let mut seen = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let state = fs::read(store.at("state/C.json")).unwrap_or_default();
        let state: serde_json::Value = serde_json::from_slice(&state).unwrap_or_default();
        seen.extend(state["last_step"].as_u64());
    }
    seen
}

fn each_of_three_valid_steps_opens_once_and_none_after_a_later_one(rounds: u32) {
    for _ in 0..rounds {
        let (store, codes) = (TempStore::with_secret("C", SECRET), codes());
        let done = AtomicBool::new(false);
        let (said, seen) = scope(|scope| {
            let watcher = scope.spawn(|| last_steps(&store, &done));
            let said = race((0..9).map(|n| authenticate(&store, "C", &codes[n % 3])));
            done.store(true, Ordering::Relaxed);
            (said, watcher.join().unwrap())
        });
        welcomes(&said, &[1, 3]);
        let accepted =
            |n| welcomes(&said.iter().skip(n).step_by(3).cloned().collect::<Vec<_>>(), &[1, 3]);
        let accepted = [0, 1, 2].map(accepted);
        assert!(accepted.iter().all(|count| *count <= 1), "{accepted:?}");
        assert!(accepted.contains(&1), "{said:?}");
        assert!(seen.is_sorted(), "{seen:?}");
        let steps: BTreeSet<u64> = seen.into_iter().collect();
        assert!(steps.len() <= accepted.iter().sum());
        let tried = race(codes.iter().map(|code| authenticate(&store, "C", code)));
        let newest = accepted.iter().rposition(|count| *count == 1).unwrap();
        assert_eq!(welcomes(&tried[..=newest], &[1, 3]), 0, "{tried:?}");
    }
}

#[test]
fn each_of_three_valid_steps_opens_once_and_none_after_a_later_one_ten_times() {
    each_of_three_valid_steps_opens_once_and_none_after_a_later_one(10);
}

#[test]
#[ignore = "long: two hundred rounds, run by .ci/run"]
fn each_of_three_valid_steps_opens_once_and_none_after_a_later_one_two_hundred_times() {
    each_of_three_valid_steps_opens_once_and_none_after_a_later_one(200);
}
