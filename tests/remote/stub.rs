//! A gateway on loopback that takes one request and gives the answer that it was told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{JoinHandle, sleep};
use std::time::Duration;

/// A gateway and the thread that waits for a request to it.
pub struct Stub {
    pub address: String,
    request: JoinHandle<String>,
}

impl Stub {
    /// Returns a gateway that answers with these bytes.
    pub fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        // It need not wait for all of them.
        Self::doing(move |stream| drop(stream.write_all(&answer)))
    }

    /// Returns a gateway that does this once it has read a request.
    pub fn doing(act: impl FnOnce(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let request = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let request = whole(&mut stream);
            act(&mut stream);
            request
        });
        Self { address, request }
    }

    /// Returns the request that came, with the stub's address as `HOST`.
    pub fn request(self) -> String {
        self.request.join().unwrap().replace(&self.address, "HOST")
    }
}

/// Reads a request: its head, and as many bytes as it announces.
fn whole(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let announced = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= announced.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        let mut some = [0; 4096];
        match stream.read(&mut some) {
            Ok(0) | Err(_) => return text,
            Ok(count) => read.extend_from_slice(&some[..count]),
        }
    }
}

/// Begins an answer, and goes on with it for as long as anybody listens.
pub fn trickle(stream: &mut TcpStream, start: &str) {
    let _ = stream.write_all(start.as_bytes());
    while stream.write_all(b"x").is_ok() {
        sleep(Duration::from_millis(300));
    }
}
