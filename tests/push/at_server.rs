use mfa::push::Answered;

use mfa::domain::{Totp, UnixTime};

use crate::common::codes::{SECRET, now, secret};
use crate::common::disk::set_mode;
use crate::common::push::answer;
use crate::common::service::{Server, token, with_client};
use crate::common::{Run, TempStore};
use crate::{app, asked, folder, with_device};

/// Prepares a gate on another machine.
fn gate(elsewhere: &TempStore, server: &Server, args: &[&str]) -> Run {
    let file = elsewhere.outside().join("token");
    std::fs::write(&file, token()).unwrap();
    set_mode(&file, 0o600);
    let url = format!("http://{}", server.address);
    elsewhere.bare(args).env("MFA_SERVER", url).env("MFA_TOKEN_FILE", file)
}

#[test]
fn a_gate_elsewhere_is_let_in_as_on_the_store() {
    let (store, elsewhere) = (with_device(), TempStore::new());
    with_client(&store);
    let server = Server::start(&store);
    let run = ["run", "C", "--push", "--", "echo", "hello"];
    let running = gate(&elsewhere, &server, &run).start();
    let question = asked(&store).question;
    assert_eq!(answer(&folder(&store), &app(), true, now()).unwrap(), Answered::Approved);
    let said = running.finish();
    assert_eq!((said.status, &*said.stdout), (Some(0), "hello\n"), "{said:?}");
    assert!(said.stderr.starts_with(&format!("Number: {}\n", u8::from(question.number))));

    let denied = gate(&elsewhere, &server, &["authenticate", "C", "--push"]).start();
    asked(&store);
    assert_eq!(answer(&folder(&store), &app(), false, now()).unwrap(), Answered::Denied);
    let denied = denied.finish();
    assert_eq!(denied.status, Some(1), "{denied:?}");
    let throttled = gate(&elsewhere, &server, &["authenticate", "C", "--push"]).said();
    assert_eq!(throttled.status, Some(3), "{throttled:?}");
}

#[test]
fn a_service_that_stops_meanwhile_lets_nobody_in() {
    let (store, elsewhere) = (with_device(), TempStore::new());
    with_client(&store);
    let server = Server::start(&store);
    let running = gate(&elsewhere, &server, &["run", "C", "--push", "--", "echo", "hello"]).start();
    asked(&store);
    server.kill();
    let said = running.finish();
    assert_eq!((said.status, &*said.stdout), (Some(125), ""), "{said:?}");
}

#[test]
fn an_approval_after_a_signal_lets_nobody_in_and_the_signal_ends_it_at_once() {
    let (store, elsewhere) = (with_device(), TempStore::new());
    with_client(&store);
    let server = Server::start(&store);
    let running = gate(&elsewhere, &server, &["run", "C", "--push", "--", "echo", "hello"]).start();
    asked(&store);
    let pid = running.id().to_string();
    store.program("kill", ["-INT", &pid]).gives(0, "", "");
    let _ = answer(&folder(&store), &app(), true, now());
    let said = running.finish();
    assert_eq!((said.status, &*said.stdout), (None, ""), "{said:?}");
}

#[test]
fn the_owner_hears_through_a_gate_elsewhere_what_a_local_one_would_say() {
    let (store, elsewhere) = (with_device(), TempStore::new());
    with_client(&store);
    let server = Server::start(&store);
    let code = Totp::default().code(&secret(SECRET), UnixTime(now().0 + 30));
    let said = gate(&elsewhere, &server, &["authenticate", "C", "-o", &code]).said();
    assert_eq!(said.status, Some(0), "{said:?}");
    assert!(
        said.stderr.starts_with("warning: a device was added that can approve, at 20"),
        "{said:?}"
    );
}
