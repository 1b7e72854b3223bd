//! A gateway on loopback that takes all texts, or none.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use percent_encoding::percent_decode_str;

/// A gateway, and the texts that it has heard.
#[derive(Clone)]
pub struct Gateway {
    address: String,
    texts: Arc<Mutex<Vec<String>>>,
}

/// All gateways of this process, by which a store's own is found again.
static ALL: Mutex<Vec<Gateway>> = Mutex::new(Vec::new());

impl Gateway {
    /// Starts a gateway that takes every text.
    pub fn start() -> Self {
        Self::answering("200 OK")
    }

    /// Starts a gateway that gives this status, and has heard every text all the same.
    pub fn answering(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let texts = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&texts);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                if let Some(text) = text_of(&mut stream) {
                    heard.lock().unwrap().push(text);
                }
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
                // A program that was killed does not read it.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        let gateway = Self { address, texts };
        all().push(gateway.clone());
        gateway
    }

    /// Returns the gateway that a configuration names.
    pub fn of(config: &str) -> Self {
        all().iter().find(|gateway| config.contains(&gateway.address)).unwrap().clone()
    }

    /// Returns a configuration that sends texts to it.
    pub fn config(&self) -> String {
        let address = &self.address;
        format!(
            "[sms]\nurl = 'http://{address}/'\nmethod = 'get'\nparams = {{ to = '{{to}}', text = '{{text}}' }}\n"
        )
    }

    /// Returns the texts so far.
    pub fn texts(&self) -> Vec<String> {
        self.texts.lock().unwrap().clone()
    }

    /// Returns the code in the last text, which is the usual one.
    pub fn last_code(&self) -> String {
        let texts = self.texts();
        texts.last().unwrap().strip_prefix("Your code is: ").unwrap().into()
    }

    /// Waits until it has taken a text.
    pub fn wait(&self) -> String {
        for _ in 0..500 {
            if !self.texts().is_empty() {
                return self.last_code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("no text came");
    }
}

fn all() -> MutexGuard<'static, Vec<Gateway>> {
    ALL.lock().unwrap()
}

/// Reads a request, and returns the text in it.
fn text_of(stream: &mut TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        let mut some = [0; 4096];
        match stream.read(&mut some) {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&some[..count]),
        }
    }
    let request = String::from_utf8(read).unwrap();
    assert!(request.contains("to=%2B15550100199"), "{request}");
    let text = request.split("text=").nth(1)?.split([' ', '&']).next()?;
    Some(percent_decode_str(text).decode_utf8().unwrap().into_owned())
}
