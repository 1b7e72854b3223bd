//! The service's verifications beside what its store records: `cargo bench --features full --bench service`.
//!
//! Both go over a thousand apps with codes by counter, 32 at a time: threads that record a change each, and
//! connections of `wrk` that have a code verified each. What counts is the ratio on the disk of the moment.
//! Then a thousand requests wait for an approval. `wrk` must be installed; the folder is made below `TMPDIR`.

#![expect(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a benchmark, which prints its figures"
)]

mod waiting;

use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use mfa::client::{Client, ClientId, Scope, Token};
use mfa::domain::{Account, AppName, Enrolment, Hotp, Secret, UnixTime};
use mfa::store::{Folder, Store, update};

const APPS: usize = 1000;
const AT_A_TIME: usize = 32;
const SECONDS: u64 = 10;
/// Codes for each app: more than a fast disk records in that time.
const CODES: u64 = 150;
const SECRET: &[u8] = b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    // Under `cargo test`, there is nothing to be measured.
    if std::env::args().all(|arg| arg != "--bench") {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let store = Folder::new(folder.path().join("store"));
    let apps = enrolled(&store)?;
    let changes = changes(&store, &apps);
    let token = with_client(&store)?;
    let server = Server::start(store.root())?;
    let idle = server.memory();
    let told = server.wrk(folder.path(), &apps, &token)?;
    println!("{told}");
    let verified = figure(&told, "Requests/sec:");
    println!("folder alone: {changes} changes a second by {AT_A_TIME} threads");
    println!(
        "ratio: {:.2}, idle memory: {idle} kB, busy: {} kB",
        verified / changes as f64,
        server.memory()
    );
    let waiting = waiting::waiting(&server, &store, &token)?;
    println!("a thousand that wait for an approval: {waiting:.1} % of a core");
    let accepted = fs::read_to_string(store.root().join("audit.jsonl"))?;
    let accepted =
        accepted.lines().filter(|line| line.contains("\"outcome\":\"accepted\"")).count();
    println!("accepted: {accepted}");
    if accepted == 0 {
        return Err("no code was accepted".into());
    }
    Ok(())
}

fn enrolled(store: &Folder) -> Result<Vec<AppName>> {
    let hotp = Hotp::default();
    let app = |number: usize| -> Result<_> {
        let account = Account::new("Corp".parse()?, None, hotp, None);
        let enrolment = Enrolment { secret: Secret::parse(SECRET)?, account };
        Ok((format!("app{number}").parse::<AppName>()?, enrolment))
    };
    let new = (0..APPS).map(app).collect::<Result<Vec<_>>>()?;
    for result in store.enrol_all(&new, &mut || {})? {
        result?;
    }
    Ok(new.into_iter().map(|(app, _)| app).collect())
}

/// Returns the changes a second that threads record.
fn changes(store: &Folder, apps: &[AppName]) -> u64 {
    let (count, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for thread in 0..AT_A_TIME {
            let (count, stop) = (&count, &stop);
            scope.spawn(move || {
                for app in apps.iter().skip(thread).step_by(AT_A_TIME).cycle() {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let used = count.fetch_add(1, Ordering::Relaxed);
                    let changed = update(store, app, |enrolment| {
                        let last_used = Some(UnixTime(used));
                        ((), Account { last_used, ..enrolment.account.clone() })
                    });
                    if let Err(error) = changed {
                        eprintln!("{error}");
                    }
                }
            });
        }
        thread::sleep(Duration::from_secs(SECONDS));
        stop.store(true, Ordering::Relaxed);
    });
    count.load(Ordering::Relaxed) / SECONDS
}

fn with_client(store: &Folder) -> Result<String> {
    let token = Token::new(ClientId(1), &[7; 32]);
    let client = Client {
        id: ClientId(1),
        name: "wrk".into(),
        scope: Scope::AllApps,
        may_manage: false,
        token_sha256: token.sha256(),
        created: UnixTime(0),
        expires: None,
        last_used: Some(UnixTime(4_000_000_000)),
    };
    store.change_clients(&mut |_| vec![client.clone()])?;
    Ok(token.expose().to_string())
}

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(store: &Path) -> Result<Self> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.to_string();
        let mut serve = Command::new(env!("CARGO_BIN_EXE_mfa"));
        serve.arg("--store").arg(store).args(["serve", "--listen", &address]);
        let process = serve.stderr(Stdio::null()).spawn()?;
        let mut server = Self { process, address };
        while TcpStream::connect(&server.address).is_err() {
            if server.process.try_wait()?.is_some() {
                return Err("the server has ended".into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(server)
    }

    /// Returns the resident memory in kB.
    fn memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or_default()
    }

    /// Has every app's codes verified in turn, and returns what `wrk` says.
    fn wrk(&self, folder: &Path, apps: &[AppName], token: &str) -> Result<String> {
        let (hotp, secret) = (Hotp::default(), Secret::parse(SECRET)?);
        let codes: Vec<String> = (0..CODES).map(|counter| hotp.code(&secret, counter)).collect();
        let mut script = format!("local codes = {{\"{}\"}}\n", codes.join("\",\""));
        write!(
            script,
            r#"
local threads = 0
function setup(thread) thread:set("number", threads); threads = threads + 1 end
local asked = 0
function request()
    local app = (asked * 2 + number) % {apps}
    local round = math.floor(asked * 2 / {apps})
    asked = asked + 1
    return wrk.format("POST", "/v1/apps/app" .. app .. "/verify", nil, '{{"code":"' .. (codes[round + 1] or "000000") .. '"}}')
end
wrk.headers["Authorization"] = "Bearer {token}"
wrk.headers["Content-Type"] = "application/json"
"#,
            apps = apps.len(),
        )?;
        let path = folder.join("verify.lua");
        fs::write(&path, script)?;
        let mut wrk = Command::new("wrk");
        wrk.args(["-t2", &format!("-c{AT_A_TIME}"), &format!("-d{SECONDS}s"), "--latency", "-s"]);
        let told = wrk.arg(path).arg(format!("http://{}", self.address)).output()?;
        if !told.status.success() {
            return Err(String::from_utf8_lossy(&told.stderr).into());
        }
        Ok(String::from_utf8(told.stdout)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn figure(told: &str, name: &str) -> f64 {
    let line = told.lines().find(|line| line.trim_start().starts_with(name));
    line.and_then(|line| line.split_whitespace().last()?.parse().ok()).unwrap_or_default()
}
