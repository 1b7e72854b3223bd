use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::Place;
use crate::common::postgres::{Database, shared_primary, with_database};

const SOON: Duration = Duration::from_secs(6);

#[test]
fn a_url_that_is_unsafe_or_unknown_is_refused_without_a_password_in_the_message() {
    for (rest, why) in [
        (
            "me:CANARY@db/mfa",
            "a password in it is seen by everybody on this machine: passfile=FILE names a file with it",
        ),
        (
            "me@db/mfa?password=CANARY",
            "a password in it is seen by everybody on this machine: passfile=FILE names a file with it",
        ),
        (
            "me@db.example.org/mfa?sslmode=disable",
            "sslmode=disable is for this machine alone, and 'db.example.org' is another",
        ),
        ("me@db/mfa?sslmode=prefer", "sslmode is verify-full or disable"),
        ("me@db/mfa?synchronous_commit=off", "it has an unknown parameter 'synchronous_commit'"),
        ("db/mfa", "it names no user: postgres://USER@HOST/DATABASE"),
    ] {
        let error = format!("error: the store's URL is of no use: {why}\n");
        Place::at(&format!("postgres://{rest}")).mfa(&["list"]).gives(2, "", &error);
    }
    let place = Place::at("postgres://me@db/mfa");
    let relative = place.mfa(&["list"]).env("PGPASSFILE", "pass");
    relative.gives(2, "", "error: the store's URL is of no use: PGPASSFILE is no absolute path\n");
}

/// What a server does with a connection.
type Answer = fn(TcpStream);

/// Returns the URL of a server that does this with each connection.
fn stub(answer: Answer) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || answer(stream.unwrap()));
        }
    });
    format!("postgres://me@localhost:{port}/mfa?sslmode=disable")
}

/// Answers once something came.
fn answered(mut stream: TcpStream, bytes: &[u8]) {
    let _ = stream.read(&mut [0; 1024]);
    let _ = stream.write_all(bytes);
}

/// Says that all is well, as a server does to one that it trusts, and then nothing more.
const GREETING: &[u8] = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";

#[test]
fn a_server_that_is_none_hangs_or_breaks_off_is_told_in_time() {
    let silent = |stream: TcpStream| {
        thread::sleep(Duration::from_secs(20));
        drop(stream);
    };
    let stubs: [(&str, Answer); 6] = [
        ("is silent", silent),
        ("is none", |stream| answered(stream, b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        ("breaks off at once", drop),
        ("breaks off halfway", |stream| answered(stream, b"R\0\0\0\x08\0")),
        ("sends nonsense", |stream| answered(stream, &[b'R', 0xff, 0xff, 0xff, 0xff, 0, 0])),
        ("greets and is silent", |mut stream| {
            answered(stream.try_clone().unwrap(), GREETING);
            let _ = stream.read_to_end(&mut Vec::new());
        }),
    ];
    thread::scope(|scope| {
        for (what, answer) in stubs {
            scope.spawn(move || {
                let (place, began) = (Place::at(&stub(answer)), Instant::now());
                let said = place.mfa(&["-a", "C", "-o", "123456"]).said();
                assert_eq!((said.status, &*said.stdout), (Some(6), ""), "{what}: {said:?}");
                let error = format!("error: cannot reach {}: ", place.url);
                assert!(said.stderr.starts_with(&error), "{what}: {said:?}");
                assert!(began.elapsed() < SOON, "{what}: {said:?}");
            });
        }
    });
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let place = Place::at(&format!("postgres://me@localhost:{free}/mfa?sslmode=disable"));
    let error = format!("error: cannot reach {}: Connection refused (os error 111)\n", place.url);
    place.mfa(&["list"]).gives(6, "", &error);
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn tables_that_are_missing_older_or_newer_are_told_and_init_makes_or_mends_them() {
    let empty = Database::empty(shared_primary(), "empty");
    let place = Place::of(&empty);
    let url = &place.url;
    let error = format!(
        "error: {url} is not a store: it has no tables of mfa\nhint: mfa --store URL init makes them\n"
    );
    place.mfa(&["list"]).gives(5, "", &error);
    let grants = include_str!("../../src/store/postgres/schema/grants.sql");
    place.mfa(&["init"]).gives(0, &format!("-- The tables are made\n{grants}"), "");
    place.mfa(&["init"]).gives(0, &format!("-- The tables are there\n{grants}"), "");
    place.mfa(&["list"]).gives(0, "No Apps defined\n", "");
    let version =
        |version| shared_primary().sql("empty", &format!("UPDATE mfa.meta SET schema = {version}"));
    version(99);
    let newer =
        format!("error: {url} is damaged: its tables are of version 99, newer than this program\n");
    place.mfa(&["list"]).gives(5, "", &newer);
    place.mfa(&["init"]).gives(5, "", &newer);
    shared_primary().sql("empty", "DROP TABLE mfa.app, mfa.policy, mfa.client, mfa.audit");
    version(0);
    let older = format!(
        "error: {url} is damaged: its tables are of version 0, older than this program: mfa init brings them up\n"
    );
    place.mfa(&["list"]).gives(5, "", &older);
    place.mfa(&["init"]).gives(0, &format!("-- The tables are made\n{grants}"), "");
    place.mfa(&["list"]).gives(0, "No Apps defined\n", "");
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn without_the_key_nothing_is_opened_or_taken_and_a_row_of_another_does_not_open() {
    with_database(|database| {
        let place = Place::of(database);
        let url = &place.url;
        let bare = |args: &[&str]| place.beside.bare(["--store", url]).args(args);
        let create = |app| ["create", "-n", "me", "-i", "C", "--app", app, "--json"];
        let error = format!(
            "error: {url} takes nothing that is not sealed, and no key is given\nhint: --key-file FILE names the key; mfa keygen FILE makes the first one\n"
        );
        bare(&create("A")).gives(5, "", &error);
        for app in ["A", "B"] {
            assert_eq!(place.mfa(&create(app)).said().status, Some(0));
        }
        bare(&["list"]).gives(0, "App Name: A\nApp Name: B\n--------\n", "");
        let error =
            format!("error: 'A' in {url} is sealed under key 'test', and no key is given\n");
        let said = bare(&["-a", "A", "-o", "123456"]).said();
        assert_eq!(said.status, Some(5), "{said:?}");
        assert!(said.stderr.starts_with(&error), "{said:?}");
        let swap = "UPDATE mfa.app SET record = (SELECT record FROM mfa.app WHERE name = 'B') WHERE name = 'A'";
        shared_primary().sql(&database.name, swap);
        let said = place.mfa(&["-a", "A", "-o", "123456"]).said();
        assert_eq!(said.status, Some(5), "{said:?}");
        assert!(said.stderr.starts_with(&format!("error: 'A' in {url} is damaged: ")), "{said:?}");
    });
}
