//! Waking browsers, at push services on loopback.

use std::net::TcpListener;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use mfa::domain::{AppName, Device, DeviceId, UnixTime};
use mfa::send::{Notifier, Outcome, Receiver, SendError, Wake, WebPush, wake};

use crate::stub::{Stub, trickle};
use crate::{configured, load};

/// The private key of RFC 8291 §5, and its public one.
const KEY: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
const PUBLIC: &str =
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";

const NOW: UnixTime = UnixTime(1_795_302_119);

/// Returns what wakes browsers whose push services are at these addresses.
fn push(addresses: &[&str]) -> WebPush {
    let config =
        format!("[push]\nkey = '{KEY}'\ncontact = 'mailto:a@b'\nservices = {addresses:?}\n");
    load(&configured(&config)).unwrap_or_else(|error| panic!("{error}")).push.unwrap()
}

fn notifier(address: &str) -> Notifier {
    let config =
        format!("[notify]\nurl = 'http://{address}/'\nparams = {{ text = '{{device}}' }}\n");
    load(&configured(&config)).unwrap_or_else(|error| panic!("{error}")).notify.unwrap()
}

/// Returns a device whose browser is woken at this address.
fn device(id: u8, subscription: Option<&str>) -> Device {
    let json = |address| format!("{{\"endpoint\":\"http://{address}/s3cret\"}}").parse().unwrap();
    Device {
        id: DeviceId([id; 16]),
        name: format!("Phone {id}").parse().unwrap(),
        passkey: "x".parse().unwrap(),
        created: NOW,
        last_used: None,
        subscription: subscription.map(json),
        session: None,
    }
}

fn wake_all(devices: &[Device], push: Option<&WebPush>, notify: Option<&Notifier>) -> Vec<Outcome> {
    let app: AppName = "deploy".parse().unwrap();
    let reason = Wake { app: &app, purpose: None, origin: "https://mfa.example.org" };
    wake(devices, push, notify, &reason, NOW)
}

/// Wakes a browser whose push service is at this address.
fn woken(address: &str) -> Result<(), SendError> {
    let outcomes = wake_all(&[device(1, Some(address))], Some(&push(&[address])), None);
    let [Outcome { device, result }] = &*outcomes else { panic!("{outcomes:?}") };
    assert_eq!(*device, Some(DeviceId([1; 16])));
    result.clone()
}

#[test]
fn a_browser_is_woken_by_a_message_without_content_that_says_who_sends_it() {
    let stub = Stub::answering("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(woken(&stub.address), Ok(()));
    let request = stub.request();
    let (before, rest) = request.split_once("vapid t=").unwrap();
    let (token, after) = rest.split_once(", k=").unwrap();
    let agent = concat!("mfa/", env!("CARGO_PKG_VERSION"));
    let head = format!(
        "POST /s3cret HTTP/1.1\r\ncontent-length: 0\r\nuser-agent: {agent}\r\naccept: */*\r\nhost: HOST\r\nttl: 120\r\nurgency: high\r\nauthorization: "
    );
    assert_eq!((before, after), (&*head, &*format!("{PUBLIC}\r\n\r\n")));
    // ES256's header, and a signature of 64 bytes.
    assert!(token.starts_with("eyJ") && token.rsplit('.').next().unwrap().len() == 86, "{token}");
}

#[test]
#[ignore = "needs PyJWT and cryptography (MFA_PYTHON)"]
#[expect(clippy::disallowed_methods, reason = "the peer lives in a virtual environment of its own")]
fn another_program_takes_the_token_for_the_keys() {
    let stub = Stub::answering("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
    let origin = format!("http://{}", stub.address);
    assert_eq!(woken(&stub.address), Ok(()));
    let request = stub.request();
    let header = request.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap();
    let python = std::env::var_os("MFA_PYTHON").unwrap_or_else(|| "python3".into());
    let mut peer = Command::new(python);
    peer.args(["-c", include_str!("vapid.py"), KEY, header, &origin]);
    let output = peer.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let claims: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let expires = NOW.0 + 12 * 3600;
    let expected = serde_json::json!({ "aud": origin, "exp": expires, "sub": "mailto:a@b" });
    assert_eq!(claims, expected);
}

#[test]
fn of_the_answer_the_status_counts_and_two_of_them_say_that_the_subscription_is_gone() {
    let refused = |status| Err(SendError::Refused(Receiver::PushService, status));
    for (status, expected) in [
        (200, Ok(())),
        (201, Ok(())),
        (202, Ok(())),
        (204, Ok(())),
        (400, refused(400)),
        (401, refused(401)),
        (403, refused(403)),
        (404, Err(SendError::Gone)),
        (410, Err(SendError::Gone)),
        (429, refused(429)),
        (500, refused(500)),
        (503, refused(503)),
    ] {
        let stub = Stub::answering(format!(
            "HTTP/1.1 {status} X\r\nretry-after: 600\r\ncontent-length: 6\r\n\r\ns3cret"
        ));
        assert_eq!(woken(&stub.address), expected, "{status}");
    }
}

#[test]
fn a_redirect_is_not_followed_and_what_is_no_push_service_is_told() {
    let target = TcpListener::bind("127.0.0.1:0").unwrap();
    target.set_nonblocking(true).unwrap();
    let to = target.local_addr().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let stub = Stub::answering(format!(
            "HTTP/1.1 {status} X\r\nlocation: http://{to}/\r\ncontent-length: 0\r\n\r\n"
        ));
        let redirected = Err(SendError::Redirected(Receiver::PushService, status));
        assert_eq!(woken(&stub.address), redirected);
    }
    assert!(target.accept().is_err(), "somebody went there");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let no_http = "cannot reach the push service: what answers there does not speak HTTP";
    for (address, line) in [
        (closed, "cannot reach the push service: Connection refused (os error 111)"),
        (Stub::answering("SSH-2.0-OpenSSH_9.6\r\n").address, no_http),
        (Stub::answering("\0\u{ff}\r\n\r\n").address, no_http),
    ] {
        assert_eq!(woken(&address).err().unwrap().to_string(), line);
    }
}

#[test]
fn an_endpoint_that_is_no_longer_listed_is_not_asked() {
    let stub = TcpListener::bind("127.0.0.1:0").unwrap();
    stub.set_nonblocking(true).unwrap();
    let address = stub.local_addr().unwrap().to_string();
    let outcomes = wake_all(&[device(1, Some(&address))], Some(&push(&[])), None);
    let line = format!(
        "the endpoint is at http://{address}, which is no known push service, and not listed in 'services'"
    );
    assert_eq!(outcomes[0].result.clone().err().unwrap().to_string(), line);
    assert!(stub.accept().is_err(), "somebody asked it");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "what takes how long is the question")]
fn devices_are_woken_all_at_once_and_one_that_hangs_keeps_nobody_waiting() {
    let answering =
        |status| Stub::answering(format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n"));
    let hanging = || Stub::doing(|_| sleep(Duration::from_secs(8)));
    let trickling = Stub::doing(|stream| trickle(stream, "HTTP/1.1 201 Created\r\nx: "));
    let stubs = [hanging(), trickling, hanging(), answering(410), answering(201)];
    let told = hanging();
    let addresses = stubs.each_ref().map(|stub| &*stub.address);
    let devices: Vec<_> =
        (1..).zip(addresses).map(|(id, address)| device(id, Some(address))).collect();
    let begun = Instant::now();
    let outcomes = wake_all(&devices, Some(&push(&addresses)), Some(&notifier(&told.address)));
    let took = begun.elapsed();
    assert!((4..7).contains(&took.as_secs()), "{took:?}");
    let silent = || Err(SendError::Silent(Receiver::PushService));
    let results: Vec<_> = outcomes.iter().map(|outcome| outcome.result.clone()).collect();
    let late = Err(SendError::Silent(Receiver::Notifier));
    assert_eq!(results, [silent(), silent(), silent(), Err(SendError::Gone), Ok(()), late]);
    let gone: Vec<_> = outcomes.iter().filter_map(Outcome::gone).collect();
    assert_eq!((gone, outcomes[5].device), (vec![DeviceId([4; 16])], None));
    let line = "the push service gave no answer within 5 s";
    assert_eq!(results[0].clone().err().unwrap().to_string(), line);
}

#[test]
fn without_a_subscription_or_a_key_no_browser_is_woken_and_the_notification_names_all_devices() {
    let devices = [device(1, None), device(2, Some("127.0.0.1:1"))];
    assert_eq!(wake_all(&devices[..1], Some(&push(&[])), None), []);
    assert_eq!(wake_all(&devices, None, None), []);
    let stub = Stub::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let told = Outcome { device: None, result: Ok(()) };
    assert_eq!(wake_all(&devices, None, Some(&notifier(&stub.address))), [told]);
    assert!(stub.request().ends_with("\r\n\r\ntext=Phone%201%2C%20Phone%202"));
}
