//! The service as a process of its own: connections, signals, and races.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use crate::common::codes::right;
use crate::common::disk::mode;
use crate::common::service::{Server, asked, enrolled, exchanged, until};

#[test]
fn one_code_by_32_requests_at_once_is_accepted_once() {
    let store = enrolled();
    let server = Server::start(&store);
    let code = right();
    let answers: Vec<_> = thread::scope(|scope| {
        let asking: Vec<_> = (0..32).map(|_| scope.spawn(|| server.verify("C", &code).0)).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [200, 403, 429].contains(status)), "{answers:?}");
}

#[test]
fn one_code_over_two_instances_and_the_command_line_is_accepted_once() {
    let store = enrolled();
    let (one, other) = (Server::start(&store), Server::start(&store));
    let code = right();
    let accepted = thread::scope(|scope| {
        let mut asking = Vec::new();
        for server in [&one, &other] {
            for _ in 0..8 {
                asking.push(scope.spawn(|| server.verify("C", &code).0 == 200));
            }
        }
        for _ in 0..8 {
            let run = store.mfa(["authenticate", "C", "-o", "-"]).fed(&*code);
            asking.push(scope.spawn(|| run.said().status == Some(0)));
        }
        asking.into_iter().map(|asking| asking.join().unwrap()).filter(|it| *it).count()
    });
    assert_eq!(accepted, 1);
}

#[test]
fn a_killed_service_has_lost_no_used_code() {
    let store = enrolled();
    let server = Server::start(&store);
    let code = right();
    assert_eq!(server.verify("C", &code).0, 200);
    server.kill();
    let server = Server::start(&store);
    assert_eq!(server.verify("C", &code).0, 403);
}

#[test]
fn told_to_stop_it_ends_and_answers_what_is_under_way() {
    let store = enrolled();
    let mut server = Server::start(&store);
    let mut stream = server.connect();
    let request = asked("POST /v1/apps/C/verify", &format!(r#"{{"code":"{}"}}"#, right()));
    let (head, rest) = request.split_at(request.len() - 4);
    stream.write_all(head.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(200));
    let pid = server.id().to_string();
    store.program("kill", ["-TERM", &pid]).gives(0, "", "");
    until(|| TcpStream::connect(server.address).is_err());
    assert_eq!(exchanged(stream, rest).0, 200);
    let said = server.process.take().unwrap().finish();
    assert_eq!((said.status, &*said.stdout), (Some(0), ""), "{said:?}");
    assert!(said.stderr.starts_with("listening on http://127.0.0.1:"), "{said:?}");
}

#[test]
fn a_socket_takes_the_place_of_one_left_behind_and_is_open_to_its_group_at_most() {
    let store = enrolled();
    let path = store.outside().join("mfa.sock");
    for _ in 0..2 {
        let mut process = store.mfa(["serve", "--socket", path.to_str().unwrap()]).start();
        until(|| UnixStream::connect(&path).is_ok());
        assert_eq!(mode(&path), 0o660);
        let stream = UnixStream::connect(&path).unwrap();
        assert_eq!(exchanged(stream, &asked("GET /healthz", "")).0, 200);
        process.kill();
        process.finish();
        assert!(path.exists());
    }
    let file = store.outside().join("file");
    std::fs::write(&file, "").unwrap();
    let said = store.mfa(["serve", "--socket", file.to_str().unwrap()]).said();
    assert_eq!((said.status, &*said.stdout), (Some(6), ""), "{said:?}");
    assert!(said.stderr.starts_with("error: cannot listen on "), "{said:?}");
}

#[test]
fn a_head_that_never_ends_and_a_body_without_end_are_refused_in_bounded_memory() {
    let store = enrolled();
    let server = Server::start(&store);
    let endless = format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: {}", "x".repeat(1 << 20));
    assert_eq!(exchanged(server.connect(), &endless).0, 431);
    let many: String = (0..100).map(|n| format!("X-{n}: x\r\n")).collect::<Vec<_>>().concat();
    let many = format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    assert_eq!(exchanged(server.connect(), &many).0, 431);
    let gigabyte = asked("POST /v1/apps/C/verify", "").replace(": 0\r\n", ": 1000000000\r\n");
    assert_eq!(exchanged(server.connect(), &gigabyte).0, 413);
    assert!(memory(server.id(), "VmHWM") < 100_000);
    assert_eq!(server.verify("C", &right()).0, 200);
}

/// Returns a figure of a process's memory in kB.
fn memory(process: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
#[ignore = "long: ten seconds until idle connections make room"]
fn two_thousand_idle_connections_make_room_for_others() {
    let store = enrolled();
    let server = Server::start(&store);
    let idle: Vec<_> = (0..2000).map(|_| server.connect()).collect();
    assert_eq!(server.verify("C", &right()).0, 200);
    assert!(memory(server.id(), "VmHWM") < 100_000, "{}", memory(server.id(), "VmHWM"));
    drop(idle);
}

#[test]
#[ignore = "long: ten seconds until half a request is given up"]
fn half_a_request_is_given_up() {
    let store = enrolled();
    let server = Server::start(&store);
    let whole = asked("POST /v1/apps/C/verify", "{}");
    let late = r#"{"type":"about:blank","title":"Request Timeout","status":408,"reason":"timeout","detail":"the body took too long"}"#;
    thread::scope(|scope| {
        let body = scope.spawn(|| exchanged(server.connect(), whole.strip_suffix("{}").unwrap()));
        let head =
            scope.spawn(|| exchanged(server.connect(), whole.strip_suffix("\r\n\r\n{}").unwrap()));
        assert_eq!(body.join().unwrap(), (408, late.into()));
        assert_eq!(head.join().unwrap(), (0, String::new()));
    });
}

#[test]
#[ignore = "long: ten seconds until a client that does not read makes room"]
fn a_client_that_does_not_read_is_given_up() {
    let store = enrolled();
    let server = Server::start(&store);
    let mut deaf = server.connect();
    let request = "GET /v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2000);
    let _ = deaf.write_all(request.as_bytes());
    thread::sleep(Duration::from_secs(13));
    let mut heard = Vec::new();
    let _ = deaf.read_to_end(&mut heard);
    assert!(heard.len() < 2000 * 10_000, "{}", heard.len());
    let _ = deaf.write_all(b"x");
    thread::sleep(Duration::from_millis(100));
    assert!(deaf.write_all(b"x").is_err(), "it is still held");
}
