//! The service as a process of its own.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use mfa::client::{Client, ClientId, Scope, Token};
use mfa::store::{Folder, Store};

use super::codes::now;
use super::{Run, Started, TempStore};

/// A service that runs until the test ends.
pub struct Server {
    pub address: SocketAddr,
    pub process: Option<Started>,
}

/// Returns the token of the client that [`with_client`] adds.
pub fn token() -> String {
    Token::new(ClientId(1), &[7; 32]).expose().to_string()
}

/// Lets a client into a store that may do everything.
pub fn with_client(store: &TempStore) {
    add_client(&Folder::new(store.path()));
}

/// Does the same for a store of any kind.
pub fn add_client(store: &impl Store) {
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
}

/// Makes a store with the app `C` and the client.
pub fn enrolled() -> TempStore {
    let store = TempStore::enrolled();
    with_client(&store);
    store
}

impl Server {
    pub fn start(store: &TempStore) -> Self {
        Self::started(|listen| store.mfa(["serve", "--listen", listen]))
    }

    /// Starts what is made for an address, and waits until it listens there.
    pub fn started(run: impl FnOnce(&str) -> Run) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let process = run(&address.to_string()).start();
        let server = Self { address, process: Some(process) };
        until(|| TcpStream::connect(address).is_ok());
        server
    }

    pub fn id(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    /// Sends a request and returns the status and the body of the answer.
    pub fn ask(&self, request: &str, body: &str) -> (u16, String) {
        exchanged(self.connect(), &asked(request, body))
    }

    pub fn verify(&self, app: &str, code: &str) -> (u16, String) {
        self.ask(&format!("POST /v1/apps/{app}/verify"), &format!(r#"{{"code":"{code}"}}"#))
    }

    pub fn kill(mut self) {
        let mut process = self.process.take().unwrap();
        process.kill();
        process.finish();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            process.kill();
        }
    }
}

/// Waits until the condition holds, for ten seconds at most.
#[track_caller]
pub fn until(is_so: impl Fn() -> bool) {
    assert!((0..1000).any(|_| {
        thread::sleep(Duration::from_millis(10));
        is_so()
    }));
}

pub fn asked(request: &str, body: &str) -> String {
    let headers = ["Host: localhost".to_owned(), format!("Authorization: Bearer {}", token())];
    asked_with(request, &headers, body)
}

/// Returns a request with these headers.
pub fn asked_with(request: &str, headers: &[String], body: &str) -> String {
    let (headers, length) = (headers.join("\r\n"), body.len());
    format!(
        "{request} HTTP/1.1\r\n{headers}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

pub fn exchanged(mut stream: impl Read + Write, request: &str) -> (u16, String) {
    // The service may refuse before it has read everything.
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status.unwrap_or_default(), body.to_owned())
}
