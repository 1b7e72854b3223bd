use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::common::Started;
use crate::ssh::{Server, free_port, until};
use crate::with_app;

/// Starts a service that only the server's side should reach and that greets whoever connects;
/// returns its port.
fn service() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut guest in listener.incoming().flatten() {
            let _ = guest.write_all(b"inside");
        }
    });
    port
}

/// Sends this to a port, and returns everything that it answers.
fn answer(port: u16, said: &[u8]) -> Vec<u8> {
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let _ = connection.write_all(said);
    let mut heard = Vec::new();
    let _ = connection.read_to_end(&mut heard);
    heard
}

/// Starts a client that opens a port of its own and no session, and waits for the port.
fn forwarding(server: &Server<'_>, forward: &[&str], port: u16) -> Started {
    let client = server.ssh(&[&["-N"], forward].concat(), &[]).start();
    until(|| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    client
}

/// Ends a client by way of `timeout`, which passes the signal on.
fn end(client: Started) {
    kill_process(Pid::from_raw(client.id().try_into().unwrap()).unwrap(), Signal::TERM).unwrap();
    client.finish();
}

#[test]
#[ignore = "needs root and sshd"]
fn a_key_alone_reaches_nothing_through_the_server() {
    let (store, service) = (with_app("ssh"), service());
    assert_eq!(answer(service, b""), b"inside");
    let server = Server::start(&store);

    let told = server.ssh(&["-W", &format!("127.0.0.1:{service}")], &[]).said();
    assert_eq!((told.status == Some(0), &*told.stdout), (false, ""), "-W: {told:?}");

    let port = free_port();
    let local = format!("{port}:127.0.0.1:{service}");
    let client = forwarding(&server, &["-L", &local], port);
    assert_eq!(answer(port, b""), b"", "-L");
    end(client);

    let port = free_port();
    let client = forwarding(&server, &["-D", &port.to_string()], port);
    // SOCKS 5 (RFC 1928): no authentication, then a connection to the service.
    let [high, low] = service.to_be_bytes();
    let connect = [5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, high, low];
    let heard = answer(port, &connect);
    assert!(!heard.ends_with(b"inside"), "-D: {heard:?}");
    end(client);
}

#[test]
#[ignore = "needs root and sshd"]
fn a_key_alone_opens_nothing_on_the_server() {
    let (store, service) = (with_app("ssh"), service());
    let server = Server::start(&store);
    let socket = format!("{}/socket", server.user.home());
    for forward in [
        ["-R", &format!("{}:127.0.0.1:{service}", free_port())],
        ["-R", &free_port().to_string()],
        ["-R", &format!("{socket}:127.0.0.1:{service}")],
    ] {
        let fails = ["-N", "-o", "ExitOnForwardFailure=yes"];
        let said = server.ssh(&[&fails[..], &forward].concat(), &[]).said();
        assert_eq!(said.status, Some(255), "{forward:?}: {said:?}");
    }
}

/// Asks the server what it allows, since a real tunnel needs a device that not every machine has.
#[test]
#[ignore = "needs root and sshd"]
fn of_what_the_server_allows_everybody_the_user_has_nothing() {
    let store = with_app("ssh");
    let server = Server::start(&store);
    let ask = [
        "-T",
        "-f",
        "sshd_config",
        "-C",
        &format!("user={},host=h,addr=127.0.0.1", server.user.name),
    ];
    let told = store.program("/usr/sbin/sshd", ask).said().stdout;
    for setting in
        ["disableforwarding yes", "permittunnel no", "permituserrc no", "permituserenvironment no"]
    {
        assert!(told.lines().any(|line| line == setting), "{setting}: {told}");
    }
}
