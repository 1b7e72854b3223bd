//! What a thousand requests cost that wait for the same owner to answer.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use mfa::audit::Caller;
use mfa::client::ClientId;
use mfa::domain::{
    Account, AppName, Asked, Begun, DeviceId, Enrolment, Handle, Hotp, Question, Secret, UnixTime,
};
use mfa::push::{Ask, Begin, Beginning, Enrol, ask, begin, enrol, invite};
use mfa::store::{Existing, Folder, Store};

use crate::{Result, SECRET, Server};

const WAITING: usize = 1000;
const SECONDS: u32 = 10;
/// The unit in which the kernel tells the time of a process (`sysconf(_SC_CLK_TCK)` on Linux).
const TICKS_A_SECOND: u32 = 100;

/// Returns the part of a core, in percent, that the service takes meanwhile.
pub fn waiting(server: &Server, store: &Folder, token: &str) -> Result<f64> {
    let id = asked(store)?;
    let (request, body) = (format!("POST /v1/push/{id}/redeem"), r#"{"wait":25}"#);
    let length = body.len();
    let request = format!(
        "{request} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let mut connections = Vec::new();
    for _ in 0..WAITING {
        let mut connection = TcpStream::connect(&server.address)?;
        connection.write_all(request.as_bytes())?;
        connections.push(connection);
    }
    thread::sleep(Duration::from_secs(3));
    let before = ticks(server)?;
    thread::sleep(Duration::from_secs(SECONDS.into()));
    let ticks = ticks(server)? - before;
    Ok(f64::from(ticks) * 100.0 / f64::from(SECONDS * TICKS_A_SECOND))
}

/// Returns the time that the service has taken (`utime` and `stime` of proc(5)).
fn ticks(server: &Server) -> Result<u32> {
    let told = fs::read_to_string(format!("/proc/{}/stat", server.process.id()))?;
    let fields = told.rsplit_once(") ").map_or("", |(_, fields)| fields);
    fields.split(' ').skip(11).take(2).map(|field| Ok(field.parse::<u32>()?)).sum()
}

/// Asks the device of a new app, and returns the challenge.
fn asked(store: &Folder) -> Result<String> {
    let (app, caller): (AppName, _) = ("push".parse()?, &Caller::default());
    let now = || Ok(UnixTime(jiff::Timestamp::now().as_second().cast_unsigned()));
    let (otp, secret) = (Hotp::default(), Secret::parse(SECRET)?);
    let credential = &otp.code(&secret, 0).parse()?;
    let account = Account::new("Corp".parse()?, None, otp, None);
    store.enrol(&app, &Enrolment { secret, account }, Existing::Keep)?;
    let link = &Handle { app: app.clone(), bits: [1; 16] };
    invite(store, link, caller, now)?;
    let begun = &Begun { name: "phone".parse()?, registration: "{}".parse()? };
    let begun = begin(store, Begin { link, credential, begun, caller }, now)?;
    assert!(matches!(begun, Beginning::Judged(_)));
    let verify = |_: &_| "{}".parse().ok();
    let (device, session) = (DeviceId([1; 16]), link);
    let _ = enrol(store, &Enrol { link, device, session, verify: &verify, caller }, now)?;
    let drawn = Question::drawn(|_| Ok::<_, std::io::Error>(()))?;
    let question = &Question { caller: Some(ClientId(1).to_string().parse()?), ..drawn };
    assert_eq!(ask(store, Ask { app: &app, question, caller }, now)?, Asked::Sent);
    Ok(Handle { app, bits: question.id.0 }.to_string())
}
