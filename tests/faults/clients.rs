use mfa::domain::UnixTime;
use mfa::store::{Folder, Store};

use crate::common::{Said, TempStore};
use crate::strace::{LACKS, Scene};
use crate::{files, no_panic};

/// The command that is killed, and fails, at any of its calls.
const ADD: [&str; 4] = ["clients", "add", "new", "--all-apps"];

/// Makes a store with a client.
fn with_client() -> TempStore {
    let store = TempStore::enrolled();
    assert_eq!(store.mfa(["clients", "add", "old", "--all-apps"]).said().status, Some(0));
    store
}

fn names(store: &TempStore) -> Vec<String> {
    let clients = Folder::new(store.path()).clients().unwrap();
    clients.into_iter().map(|client| client.name).collect()
}

/// Reports whether a token lets somebody in.
fn opens(store: &TempStore, said: &Said) -> bool {
    let store = Folder::new(store.path());
    mfa::identify(&store, said.stdout.trim_end(), UnixTime(0)).unwrap().is_some()
}

/// Asserts that no client is lost, that one is added if and only if its token is good, and that the
/// next one can be added.
#[track_caller]
fn whole(store: &TempStore, said: &Said, fault: &str) {
    no_panic(said, fault);
    let added = names(store) == ["old", "new"];
    assert!(added || names(store) == ["old"], "{fault}: {:?}", names(store));
    assert_eq!(added, opens(store, said), "{fault}: {said:?}");
    assert!(added || said.status != Some(0), "{fault}: {said:?}");
    let next = store.mfa(["clients", "add", "next", "--all-apps"]).said();
    assert!(next.status == Some(0) && opens(store, &next), "{fault}: {next:?}");
    assert!(!files(store).contains(".clients.toml.tmp"), "{fault}");
}

#[test]
#[ignore = "needs strace"]
fn killed_or_failing_at_any_call_a_client_is_added_whole_or_not_at_all() {
    for without in LACKS {
        let scene = Scene { store: &with_client, args: &ADD, fed: &String::new, without };
        scene.killed(|store, said, fault| whole(store, &said, fault));
        scene.failing(|store, said, fault| whole(store, &said, fault));
    }
}
