use mfa::domain::{Account, AppName, Label, UnixTime};
use mfa::store::{Store, StoreError};
use serde::Serialize;

use crate::cli::context::tell;
use crate::cli::error::{CommandError, Result};
use crate::cli::location::Location;
use crate::cli::{Context, Env, Status, table};

/// List the apps
#[derive(clap::Args)]
pub struct Args {
    #[arg(short = 'l', long = "list", hide = true)]
    _flag: bool,
    /// Show issuer, account, kind of codes, algorithm, digits, period, next counter, the end of the
    /// phone's number, and when created and last used
    #[arg(long)]
    long: bool,
    /// Answer with a JSON array of objects; `drift` is that of a hardware token, in steps, and
    /// `phone` ends as the phone's number does
    #[arg(long)]
    json: bool,
}

/// The number of bytes that are written at a time, so that a large store needs few system calls and
/// little memory.
const LINES: usize = 64 * 1024;

#[derive(Serialize)]
struct Entry<'a> {
    app: &'a str,
    issuer: &'a str,
    account: Option<&'a str>,
    kind: &'static str,
    algorithm: String,
    digits: u8,
    period: Option<u64>,
    counter: Option<u64>,
    drift: Option<i8>,
    phone: Option<String>,
    created: Option<String>,
    last_used: Option<String>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_locked(env)?;
    let apps = store.apps()?;
    if args.json || args.long {
        return Ok(detailed(args, &*store, &apps, location, env));
    }
    let mut lines = String::with_capacity(LINES);
    for app in &apps {
        lines.extend(["App Name: ", app.as_str(), "\n"]);
        if lines.len() > LINES - 256 {
            env.stdout.write(&lines);
            lines.clear();
        }
    }
    env.stdout.write(&(lines + if apps.is_empty() { "No Apps defined\n" } else { "--------\n" }));
    Ok(Status::Done)
}

/// Shows every app that can be read; one that cannot determines the status, but does not hide the
/// others.
fn detailed(
    args: &Args,
    store: &dyn Store,
    apps: &[AppName],
    location: &Location,
    env: &mut Env<'_>,
) -> Status {
    let mut status = Status::Done;
    let mut accounts = Vec::with_capacity(apps.len());
    for app in apps {
        match store.account(app) {
            Ok(account) => accounts.push((app, account)),
            // It was removed after it was listed.
            Err(StoreError::NoSuchApp(_)) => {}
            Err(error) => status = tell(&CommandError::from(error), env, location),
        }
    }
    if args.json {
        env.stdout
            .json(&accounts.iter().map(|(app, account)| entry(app, account)).collect::<Vec<_>>());
    } else if apps.is_empty() {
        env.stdout.line("No Apps defined");
    } else {
        env.stdout.line(&rows(&accounts, env.columns()));
    }
    status
}

fn entry<'a>(app: &'a AppName, account: &'a Account) -> Entry<'a> {
    Entry {
        app: app.as_str(),
        issuer: account.issuer.as_str(),
        account: account.name.as_ref().map(Label::as_str),
        kind: account.otp.kind(),
        algorithm: account.otp.algorithm().to_string(),
        digits: account.otp.digits(),
        period: account.otp.period(),
        counter: account.handed_on().counter(),
        drift: account.drift.map(i8::from),
        phone: account.sms.as_ref().map(|sms| sms.phone.masked()),
        created: account.created.map(UnixTime::to_rfc3339),
        last_used: account.last_used.map(UnixTime::to_rfc3339),
    }
}

fn rows(accounts: &[(&AppName, Account)], columns: Option<u16>) -> String {
    let heading = [
        "APP",
        "ISSUER",
        "ACCOUNT",
        "KIND",
        "ALGORITHM",
        "DIGITS",
        "PERIOD",
        "COUNTER",
        "PHONE",
        "CREATED",
        "LAST USED",
    ];
    let unknown = || "-".to_owned();
    let rows = accounts.iter().map(|(app, account)| {
        let entry = entry(app, account);
        let kind = entry
            .drift
            .map_or_else(|| entry.kind.into(), |steps| format!("{}, drift {steps}", entry.kind));
        let number = |number: Option<u64>| number.map_or_else(unknown, |n| n.to_string());
        [
            entry.app.to_owned(),
            entry.issuer.to_owned(),
            entry.account.map_or_else(unknown, str::to_owned),
            kind,
            entry.algorithm,
            entry.digits.to_string(),
            number(entry.period),
            number(entry.counter),
            entry.phone.unwrap_or_else(unknown),
            entry.created.unwrap_or_else(unknown),
            entry.last_used.unwrap_or_else(unknown),
        ]
    });
    table::fitted(heading, rows, columns)
}
