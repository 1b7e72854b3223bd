use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::{authenticate, codes, is_whole, race, welcomes};

#[test]
fn state_that_is_removed_by_hand_meanwhile_damages_nothing() {
    let (store, [_, code, next]) = (TempStore::with_secret("C", SECRET), codes());
    let done = AtomicBool::new(false);
    scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let _ = fs::remove_file(store.at("state/C.json"));
                let _ = fs::remove_file(store.at("state/.C.json.tmp"));
                let _ = fs::remove_dir(store.at("state"));
            }
        });
        for _ in 0..20 {
            let said = race((0..8).map(|_| authenticate(&store, "C", &code)));
            welcomes(&said, &[1, 3, 6]);
        }
        done.store(true, Ordering::Relaxed);
    });
    is_whole(&store, "C");
    let _ = fs::remove_file(store.at("state/C.json"));
    authenticate(&store, "C", &next).gives(0, "Welcome\n", "");
}

#[test]
fn a_code_opens_once_though_its_app_is_renamed_back_and_forth() {
    for _ in 0..10 {
        let (store, [_, code, _]) = (TempStore::with_secret("C", SECRET), codes());
        let names = [["C", "D"], ["D", "C"]];
        let said = race((0..16).map(|n| match n % 4 {
            0 => store.mfa(["rename"]).args(names[n / 4 % 2]),
            1 => authenticate(&store, "D", &code),
            _ => authenticate(&store, "C", &code),
        }));
        let name = if store.at("secrets/C").exists() { "C" } else { "D" };
        let last = [authenticate(&store, name, &code).said()];
        let count = welcomes(&[&said[..], &last].concat(), &[1, 3, 4]);
        assert_eq!(count, 1, "{said:?}");
        assert_eq!(welcomes(&[authenticate(&store, name, &code).said()], &[1, 3]), 0);
        is_whole(&store, name);
    }
}
