use std::cell::RefCell;

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
    if args.json || args.long {
        let store = location.find_for_accounts(env)?;
        let said = if args.json { say_json } else { say_table };
        return said(&*store, location, env);
    }
    let apps = location.find_locked(env)?.apps()?;
    let mut lines = Lines::default();
    for app in &apps {
        lines.add(&format!("App Name: {app}\n"), env);
    }
    lines.add(if apps.is_empty() { "No Apps defined\n" } else { "--------\n" }, env);
    lines.end(env);
    Ok(Status::Done)
}

/// Text to be written some at a time.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, text: &str, env: &mut Env<'_>) {
        self.0 += text;
        if self.0.len() > LINES {
            env.stdout.write(&self.0);
            self.0.clear();
        }
    }

    fn end(self, env: &mut Env<'_>) {
        env.stdout.write(&self.0);
    }
}

/// Shows every app that can be read; one that cannot determines the status, but does not hide the
/// others.
fn say_json(store: &dyn Store, location: &Location, env: &mut Env<'_>) -> Result<Status> {
    let (mut status, mut lines, mut before) = (Status::Done, Lines::default(), "[");
    for app in store.accounts()? {
        match app? {
            (app, Ok(account)) => {
                let entry = serde_json::to_string(&entry(&app, &account)).unwrap_or_default();
                lines.add(&format!("{before}{entry}"), env);
                before = ",";
            }
            (_, Err(error)) => status = tell(&CommandError::from(error), env, location),
        }
    }
    lines.add(if before == "[" { "[]\n" } else { "]\n" }, env);
    lines.end(env);
    Ok(status)
}

/// Shows the same as a table, for which the apps are gone through twice: the columns must be as wide
/// as their cells.
fn say_table(store: &dyn Store, location: &Location, env: &mut Env<'_>) -> Result<Status> {
    let (columns, mut pass, mut unread) = (env.columns(), 0, Vec::new());
    let failures = RefCell::new(&mut unread);
    let rows = || {
        pass += 1;
        let is_first = pass == 1;
        let failures = &failures;
        Ok::<_, StoreError>(store.accounts()?.filter_map(move |app| match app {
            Ok((app, Ok(account))) => Some(Ok(row(&app, &account))),
            Ok((_, Err(error))) => {
                is_first.then(|| failures.borrow_mut().push(error));
                None
            }
            Err(error) => Some(Err(error)),
        }))
    };
    let is_any = table::stream(HEADING, columns, rows, |text| env.stdout.write(text))?;
    if !is_any && unread.is_empty() {
        env.stdout.line("No Apps defined");
    }
    let told = unread.into_iter().map(|error| tell(&CommandError::from(error), env, location));
    Ok(told.last().unwrap_or(Status::Done))
}

const HEADING: [&str; 11] = [
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

fn row(app: &AppName, account: &Account) -> [String; 11] {
    let unknown = || "-".to_owned();
    let entry = entry(app, account);
    let kind =
        entry.drift.map_or(entry.kind.into(), |steps| format!("{}, drift {steps}", entry.kind));
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
}
