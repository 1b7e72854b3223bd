use std::env::current_exe;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread::{sleep, spawn};
use std::time::Duration;

use mfa::send::{Receiver, SendError};

use crate::stub::Stub;
use crate::{gateway, number};

const CONFIG: &str = "[sms]\nurl = 'http://HOST/send/0123456789abcdef'\n[sms.params]\nto = '{to}'\ntext = '{text}'\npassword = 'p4ss\"&word'\npin = '77'\n[sms.headers]\nauthorization = 'Bearer t0ken'\n";

/// Sends a code through a gateway at this address, and returns what went wrong.
fn error(address: &str) -> SendError {
    let gateway = gateway(&CONFIG.replace("HOST", address));
    gateway.send(&number(), "Your code is: 123456").err().unwrap()
}

fn refused(status: u16, body: &str) -> String {
    let stub = Stub::answering(format!("HTTP/1.1 {status} X\r\n\r\n{body}"));
    error(&stub.address).to_string()
}

#[test]
fn a_gateway_that_takes_the_text_is_believed_by_its_status_alone() {
    for status in [200, 201, 202, 204] {
        let stub = Stub::answering(format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n"));
        let gateway = gateway(&CONFIG.replace("HOST", &stub.address));
        assert_eq!(gateway.send(&number(), "x"), Ok(()));
    }
    assert_eq!(refused(203, "x"), "the SMS gateway answered 203");
    let stub = Stub::answering("HTTP/1.1 200 OK\r\n\r\n");
    let only = CONFIG.replace("[sms]\n", "[sms]\nok = [299, 203]\n").replace("HOST", &stub.address);
    let answered = gateway(&only).send(&number(), "x");
    assert_eq!(answered.err().unwrap().to_string(), "the SMS gateway answered 200");
}

#[test]
fn of_a_refusal_the_status_alone_is_shown_since_the_rest_may_repeat_the_code_in_any_form() {
    for body in ["", "no luck", "code 123456", "MTIzNDU2", "313233343536", "a\u{1b}[2J"] {
        assert_eq!(refused(400, body), "the SMS gateway answered 400");
    }
}

#[test]
fn a_redirect_is_an_error_and_nobody_goes_there() {
    let target = TcpListener::bind("127.0.0.1:0").unwrap();
    target.set_nonblocking(true).unwrap();
    for status in [301, 302, 303, 307, 308] {
        let to = target.local_addr().unwrap();
        let stub = Stub::answering(format!(
            "HTTP/1.1 {status} X\r\nlocation: http://{to}/\r\ncontent-length: 0\r\n\r\n"
        ));
        let error = error(&stub.address);
        assert_eq!(error, SendError::Redirected(Receiver::SmsGateway, status));
        let line = format!("the SMS gateway answered {status}, a redirect, which is not followed");
        assert_eq!(error.to_string(), line);
    }
    assert!(target.accept().is_err(), "somebody went there");
}

#[test]
fn what_is_no_gateway_is_told_by_what_it_does() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cannot = "cannot reach the SMS gateway: ";
    let refused = format!("{cannot}Connection refused (os error 111)");
    assert_eq!(error(&closed.to_string()).to_string(), refused);
    for (answer, line) in [
        ("", "it ended the connection without an answer"),
        ("SSH-2.0-OpenSSH_9.6\r\n", "what answers there does not speak HTTP"),
        ("HTTP/1.1 2", "it ended the connection without an answer"),
    ] {
        let stub = Stub::answering(answer);
        assert_eq!(error(&stub.address).to_string(), format!("{cannot}{line}"), "{answer:?}");
    }
    let heads = format!("HTTP/1.1 200 OK\r\n{}", "x-filler: 0123456789\r\n".repeat(10_000));
    let line = error(&Stub::answering(heads).address).to_string();
    assert!(line.starts_with(cannot) && !line.contains('\n'), "{line}");
}

#[test]
fn of_a_huge_answer_no_more_than_its_start_is_read() {
    let (count, taken) = channel();
    let stub = Stub::doing(move |stream| {
        let _ = stream.write_all(b"HTTP/1.1 500 X\r\n\r\n");
        let mebibyte = vec![b'x'; 1 << 20];
        count.send((0..1000).take_while(|_| stream.write_all(&mebibyte).is_ok()).count()).unwrap();
    });
    assert_eq!(error(&stub.address).to_string(), "the SMS gateway answered 500");
    // What the system takes for a reader who does not come is a few.
    assert!(taken.recv().unwrap() < 50);
}

#[test]
fn no_proxy_that_the_environment_names_is_asked() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let mut again = Command::new(current_exe().unwrap());
    let variables = ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "http_proxy"];
    let test = "answers::a_gateway_that_takes_the_text_is_believed_by_its_status_alone";
    again.args(["--exact", test]).envs(variables.map(|name| (name, &address)));
    let output = again.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("test result: ok. 1 passed;"), "{said}");
    assert!(proxy.accept().is_err(), "somebody asked it");
}

/// Returns what went wrong with a gateway that does this, and fails where that takes longer than ten
/// seconds and two more.
fn late(act: impl FnOnce(&mut TcpStream) + Send + 'static) -> SendError {
    let (told, error_told) = channel();
    let stub = Stub::doing(act);
    spawn(move || told.send(error(&stub.address)));
    error_told.recv_timeout(Duration::from_secs(12)).unwrap()
}

#[test]
fn a_gateway_that_hangs_or_trickles_is_given_up_in_time() {
    let silent = spawn(|| late(|_| sleep(Duration::from_secs(15))));
    let head = spawn(|| late(|stream| trickle(stream, "HTTP/1.1 200 OK\r\nx: ")));
    let body = spawn(|| late(|stream| trickle(stream, "HTTP/1.1 400 X\r\n\r\nno such user\n")));
    let [silent, head, body] = [silent, head, body].map(|test| test.join().unwrap().to_string());
    assert_eq!(silent, "the SMS gateway gave no answer within 10 s");
    assert_eq!(head, "the SMS gateway gave no answer within 10 s");
    assert_eq!(body, "the SMS gateway answered 400");
}

fn trickle(stream: &mut TcpStream, start: &str) {
    let _ = stream.write_all(start.as_bytes());
    while stream.write_all(b"x").is_ok() {
        sleep(Duration::from_millis(300));
    }
}
