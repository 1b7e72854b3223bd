//! Notifications, at a service on loopback.

use std::fs;

use mfa::domain::{AppName, UnixTime};
use mfa::send::{Receiver, SendError, Wake, wake};

use crate::common::TempStore;
use crate::common::disk::set_mode;
use crate::documentation::in_toml;
use crate::stub::Stub;
use crate::{configured, load};

const DONE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// Sends a notification as a configuration says, and returns what became of it and the request.
fn told(config: &str, purpose: Option<&str>, answer: &str) -> (Result<(), SendError>, String) {
    let stub = Stub::answering(answer);
    let config = load(&configured(&config.replace("HOST", &stub.address)));
    let notify = config.unwrap_or_else(|error| panic!("{error}")).notify;
    let app: AppName = "deploy {purpose}".parse().unwrap();
    let reason = Wake { app: &app, purpose, origin: "https://mfa.example.org" };
    let outcomes = wake(&[], None, notify.as_ref(), &reason, UnixTime(0));
    (outcomes[0].result.clone(), stub.request())
}

#[test]
fn what_others_chose_takes_its_place_and_is_no_template_itself() {
    let config = "[notify]\nurl = 'http://HOST/'\nbody = 'json'\nparams = { m = '{app}: {purpose} ({origin})' }\n";
    let (result, request) = told(config, Some("ship {origin}\" 🦀"), DONE);
    let body = r#"{"m":"deploy {purpose}: ship {origin}\" 🦀 (https://mfa.example.org)"}"#;
    assert_eq!((result, request.rsplit("\r\n").next()), (Ok(()), Some(body)));
    let (_, request) = told(config, None, DONE);
    let body = r#"{"m":"deploy {purpose}:  (https://mfa.example.org)"}"#;
    assert_eq!(request.rsplit("\r\n").next(), Some(body));
}

#[test]
fn nothing_that_steers_leaves_and_no_header_is_forged() {
    let config = "[notify]\nurl = 'http://HOST/'\nmethod = 'get'\nparams = { m = '{purpose}' }\nheaders = { title = '{purpose}' }\n";
    let hostile = "a\r\nx-forged: 1\r\n\r\nGET /\0\u{85}\u{202e}b\u{2028}c";
    let (result, request) = told(config, Some(hostile), DONE);
    let clean = "a  x-forged: 1    GET /   b c";
    let query = clean.replace(' ', "%20").replace(':', "%3A").replace('/', "%2F");
    assert!(request.starts_with(&format!("GET /?m={query} HTTP/1.1\r\n")), "{request}");
    assert!(request.ends_with(&format!("\r\ntitle: {clean}\r\n\r\n")), "{request}");
    assert_eq!(result, Ok(()));
}

#[test]
fn a_fixed_text_is_enough_and_the_status_decides() {
    let config = "[notify]\nurl = 'http://HOST/t0pic'\nok = [200]\nheaders = { authorization = 'Bearer t0ken' }\n";
    let refused = |status| Err(SendError::Refused(Receiver::Notifier, status));
    for (status, expected) in
        [(200, Ok(())), (202, refused(202)), (404, refused(404)), (429, refused(429))]
    {
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 5\r\n\r\nt0ken");
        let (result, request) = told(config, Some("x"), &answer);
        assert!(request.starts_with("POST /t0pic HTTP/1.1\r\ncontent-length: 0\r\n"), "{request}");
        assert_eq!(result, expected);
    }
    let (result, _) = told(
        config,
        None,
        "HTTP/1.1 302 X\r\nlocation: http://127.0.0.1:1/t0ken\r\ncontent-length: 0\r\n\r\n",
    );
    let line = "the notification service answered 302, a redirect, which is not followed";
    assert_eq!(result.err().unwrap().to_string(), line);
    let (result, _) = told(config, None, "t0ken\r\n\r\n");
    let line = "cannot reach the notification service: what answers there does not speak HTTP";
    assert_eq!(result.err().unwrap().to_string(), line);
}

#[test]
fn ntfy_is_asked_as_the_documentation_says() {
    let examples = include_str!("../../docs/push.md");
    let example = in_toml(examples).find(|text| text.contains("[notify]")).unwrap();
    let store = TempStore::new();
    let token = store.outside().join("token");
    fs::write(&token, "Bearer tk_0123\n").unwrap();
    set_mode(&token, 0o600);
    let example = example.replace("/etc/mfa-ntfy.secret", token.to_str().unwrap());
    let (result, request) =
        told(&example.replace("https://ntfy.sh", "http://HOST"), Some("ship it"), DONE);
    let agent = concat!("mfa/", env!("CARGO_PKG_VERSION"));
    let body = r#"{"click":"https://mfa.example.org","message":"ship it","title":"deploy {purpose} asks for approval","topic":"mfa-s0mething-l0ng"}"#;
    let head = format!(
        "POST / HTTP/1.1\r\ncontent-length: {}\r\nuser-agent: {agent}\r\naccept: */*\r\nhost: HOST\r\ncontent-type: application/json\r\nauthorization: Bearer tk_0123\r\n\r\n",
        body.len()
    );
    assert_eq!((result, request), (Ok(()), head + body));
}
