use std::sync::Barrier;
use std::thread;

use mfa::client::{Client, ClientId, Scope, Token};
use mfa::domain::UnixTime;
use mfa::store::{Existing, Folder, Memory, Store};

use crate::common::codes::SECRET;
use crate::common::fuse::Fuse;
use crate::{app, enrolment};

contract! {
    what_becomes_of_clients_is_kept_in_their_order
    changes_of_clients_race_and_none_is_lost
}

/// Makes a store, which clients alone do not.
fn made(store: &impl Store) {
    store.enrol(&app("Corp"), &enrolment("Corp", SECRET), Existing::Keep).unwrap();
}

fn client(number: u32) -> Client {
    Client {
        id: ClientId(number),
        name: format!("client {number}"),
        scope: Scope::Apps(vec![app("Corp"), app("例え \"1\"")]),
        may_manage: number.is_multiple_of(2),
        token_sha256: Token::new(ClientId(number), &[7; 32]).sha256(),
        created: UnixTime(5),
        expires: Some(UnixTime(1_800_000_000)),
        last_used: None,
    }
}

fn what_becomes_of_clients_is_kept_in_their_order(store: &impl Store) {
    made(store);
    assert_eq!(store.clients().unwrap(), []);
    let anew = |clients: &[Client]| {
        store.change_clients(&mut |_| clients.to_vec()).unwrap();
        assert_eq!(store.clients().unwrap(), clients);
    };
    let all = Client { scope: Scope::AllApps, expires: None, ..client(3) };
    let used = Client { last_used: Some(UnixTime(3600)), ..client(1) };
    anew(&[client(2), client(1), all.clone()]);
    anew(&[client(2), used, all]);
    anew(&[client(1)]);
    anew(&[]);
}

fn changes_of_clients_race_and_none_is_lost(store: &(impl Store + Sync)) {
    made(store);
    let all = Barrier::new(8);
    thread::scope(|scope| {
        for thread in 0..8 {
            let all = &all;
            scope.spawn(move || {
                all.wait();
                for number in 0..10 {
                    let more = [client(10 * thread + number)];
                    store.change_clients(&mut |clients| [clients, &more].concat()).unwrap();
                }
            });
        }
    });
    let mut there: Vec<u32> = store.clients().unwrap().iter().map(|client| client.id.0).collect();
    there.sort_unstable();
    assert_eq!(there, (0..80).collect::<Vec<_>>());
}
