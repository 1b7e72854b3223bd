use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use mfa::client::{Client, ClientId, Scope, Token};
use mfa::domain::{AppName, Device, Handle};
use mfa::push::Answered;
use mfa::store::{Store, update};

use crate::Place;
use crate::common::Started;
use crate::common::codes::{SECRET, now, right};
use crate::common::postgres::{Database, until, with_database};
use crate::common::push::{DEVICE, answer};

/// A service that runs until the test ends.
struct Instance {
    address: SocketAddr,
    process: Started,
}

impl Instance {
    fn start(place: &Place) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let process = place.mfa(&["serve", "--listen", &free.to_string()]).start();
        until(|| TcpStream::connect(free).is_ok());
        Self { address: free, process }
    }

    /// Sends a request with more headers, and returns the status and the body of the answer.
    fn ask(&self, request: &str, headers: &str, body: &str) -> (u16, serde_json::Value) {
        let (length, port) = (body.len(), self.address.port());
        let head = format!(
            "{request} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n"
        );
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all((head + body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
    }

    fn as_client(&self, request: &str, body: &str) -> (u16, serde_json::Value) {
        let token = Token::new(ClientId(1), &[7; 32]).expose().to_string();
        self.ask(request, &format!("Authorization: Bearer {token}\r\n"), body)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.process.kill();
    }
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
    let client = Client {
        id: ClientId(1),
        name: "everything".into(),
        scope: Scope::AllApps,
        may_manage: true,
        token_sha256: Token::new(ClientId(1), &[7; 32]).sha256(),
        created: now(),
        expires: None,
        last_used: None,
    };
    store.change_clients(&mut |_| vec![client.clone()]).unwrap();
    place
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_challenge_that_one_instance_asks_is_answered_at_another() {
    with_database(|database| {
        let place = with_device(database);
        let (one, other) = (Instance::start(&place), Instance::start(&place));
        let (status, asked) = one.as_client("POST /v1/apps/Corp/push", "{}");
        assert_eq!(status, 201, "{asked}");
        let id = asked["id"].as_str().unwrap();
        let redeem = format!("POST /v1/push/{id}/redeem");
        let answered = thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let redeemed = one.as_client(&redeem, "{\"wait\":20}");
                (redeemed.0, Instant::now())
            });
            thread::sleep(Duration::from_secs(1));
            let origin = format!("Origin: http://localhost:{}", other.address.port());
            let cookie = format!("Cookie: __Host-mfa-{DEVICE}={}", session());
            let body =
                format!("{{\"challenge\":\"{id}\",\"approved\":false,\"deviceId\":\"{DEVICE}\"}}");
            let headers = format!("{origin}\r\n{cookie}\r\n");
            let (status, said) = other.ask("POST /api/auth/mfa/push/respond", &headers, &body);
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
        let (one, other) = (Instance::start(&place), Instance::start(&place));
        let asked = one.as_client("POST /v1/apps/Corp/push", "{}").1;
        let redeem = format!("POST /v1/push/{}/redeem", asked["id"].as_str().unwrap());
        assert_eq!(other.as_client(&redeem, "{}").0, 409);
        let (store, corp) = (database.store(), "Corp".parse().unwrap());
        assert_eq!(answer(&store, &corp, true, now()).unwrap(), Answered::Approved);
        let statuses = [&other, &one, &other].map(|instance| instance.as_client(&redeem, "{}").0);
        assert_eq!(statuses, [200, 410, 410]);
    });
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn a_code_that_one_instance_accepts_opens_no_other() {
    with_database(|database| {
        let place = with_device(database);
        let instances = [Instance::start(&place), Instance::start(&place)];
        let body = format!("{{\"code\":\"{}\"}}", right());
        let verify = |instance: &Instance| instance.as_client("POST /v1/apps/Corp/verify", &body).0;
        let mut statuses = thread::scope(|scope| {
            let ask = |instance| scope.spawn(move || verify(instance));
            let asked: Vec<_> = instances.iter().cycle().take(16).map(ask).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect::<Vec<_>>()
        });
        statuses.sort_unstable();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses[1..].iter().all(|status| matches!(status, 403 | 429)), "{statuses:?}");
    });
}
