use std::thread;
use std::time::{Duration, Instant};

use mfa::domain::{AppName, Device, Handle};
use mfa::push::Answered;
use mfa::store::update;
use serde_json::Value;

use crate::Place;
use crate::common::codes::{SECRET, now, right};
use crate::common::postgres::{Database, with_database};
use crate::common::push::{DEVICE, answer};
use crate::common::service::{Server, add_client, asked_with, exchanged};

fn start(place: &Place) -> Server {
    Server::started(|listen| place.mfa(&["serve", "--listen", listen]))
}

/// Sends a request as a client, and returns the status and the body of the answer.
fn ask(instance: &Server, request: &str, body: &str) -> (u16, Value) {
    let (status, text) = instance.ask(request, body);
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// Returns the session of the device's browser.
fn session() -> Handle {
    Handle { app: "Corp".parse().unwrap(), bits: [2; 16] }
}

/// Makes an app with a device, and a client that may do everything.
fn with_device(database: &Database) -> Place {
    let place = Place::of(database);
    let create = ["create", "-n", "me", "-i", "Corp", "--secret-stdin", "--json"];
    assert_eq!(place.mfa(&create).fed(SECRET).said().status, Some(0));
    let (store, corp): (_, AppName) = (database.store(), "Corp".parse().unwrap());
    update(&store, &corp, |found| {
        let mut account = found.account.clone();
        let device = Device {
            id: DEVICE,
            name: "phone".parse().unwrap(),
            passkey: "{}".parse().unwrap(),
            created: now(),
            last_used: None,
            subscription: None,
            session: Some(session().digest()),
        };
        account.push = account.push.with_device(device).unwrap();
        ((), account)
    })
    .unwrap();
    add_client(&store);
    place
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_challenge_that_one_instance_asks_is_answered_at_another() {
    with_database(|database| {
        let place = with_device(database);
        let (one, other) = (start(&place), start(&place));
        let (status, asked) = ask(&one, "POST /v1/apps/Corp/push", "{}");
        assert_eq!(status, 201, "{asked}");
        let id = asked["id"].as_str().unwrap();
        let redeem = format!("POST /v1/push/{id}/redeem");
        let answered = thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let redeemed = ask(&one, &redeem, "{\"wait\":20}");
                (redeemed.0, Instant::now())
            });
            thread::sleep(Duration::from_secs(1));
            let host = format!("localhost:{}", other.address.port());
            let headers = [
                format!("Host: {host}"),
                format!("Origin: http://{host}"),
                format!("Cookie: __Host-mfa-{DEVICE}={}", session()),
            ];
            let body =
                format!("{{\"challenge\":\"{id}\",\"approved\":false,\"deviceId\":\"{DEVICE}\"}}");
            let request = asked_with("POST /api/auth/mfa/push/respond", &headers, &body);
            let (status, said) = exchanged(other.connect(), &request);
            let said: Value = serde_json::from_str(&said).unwrap();
            assert_eq!((status, &said["state"]), (200, &"denied".into()), "{said}");
            let at = Instant::now();
            let (status, heard) = waiting.join().unwrap();
            assert_eq!(status, 403);
            heard.saturating_duration_since(at)
        });
        assert!(answered < Duration::from_secs(3), "{answered:?}");
    });
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn an_approval_lets_in_once_whichever_instance_was_asked() {
    with_database(|database| {
        let place = with_device(database);
        let (one, other) = (start(&place), start(&place));
        let asked = ask(&one, "POST /v1/apps/Corp/push", "{}").1;
        let redeem = format!("POST /v1/push/{}/redeem", asked["id"].as_str().unwrap());
        assert_eq!(ask(&other, &redeem, "{}").0, 409);
        let (store, corp) = (database.store(), "Corp".parse().unwrap());
        assert_eq!(answer(&store, &corp, true, now()).unwrap(), Answered::Approved);
        let statuses = [&other, &one, &other].map(|instance| ask(instance, &redeem, "{}").0);
        assert_eq!(statuses, [200, 410, 410]);
    });
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_code_that_one_instance_accepts_opens_no_other() {
    with_database(|database| {
        let place = with_device(database);
        let instances = [start(&place), start(&place)];
        let body = format!("{{\"code\":\"{}\"}}", right());
        let verify = |instance: &Server| ask(instance, "POST /v1/apps/Corp/verify", &body).0;
        let mut statuses = thread::scope(|scope| {
            let verifying = |instance| scope.spawn(move || verify(instance));
            let asked: Vec<_> = instances.iter().cycle().take(16).map(verifying).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect::<Vec<_>>()
        });
        statuses.sort_unstable();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses[1..].iter().all(|status| matches!(status, 403 | 429)), "{statuses:?}");
    });
}
