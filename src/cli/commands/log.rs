use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Seek};

use jiff::Timestamp;
use mfa::audit::Event;
#[cfg(feature = "postgres")]
use mfa::store::{Postgres, StoreError};

use crate::cli::any_store::AnyStore;
use crate::cli::error::{CommandError, Result};
use crate::cli::lines::Lines;
use crate::cli::{Context, Env, Status, duration, table};

/// Show the audit log
#[derive(clap::Args)]
pub struct Args {
    /// Name of an app, to show only its lines
    app: Option<String>,
    /// Only what is not older: `90s`, `2h 30m`, `7d`
    #[arg(long, value_name = "DURATION", value_parser = duration::seconds)]
    since: Option<u64>,
    /// Remove what is older from the log of a database, by the database's clock, and say how much it
    /// was
    #[cfg(feature = "postgres")]
    #[arg(long, value_name = "DURATION", value_parser = duration::seconds)]
    #[arg(conflicts_with_all = ["app", "since"])]
    prune: Option<u64>,
    /// Answer with a JSON array of the lines; with `--prune`, an object with `removed`
    #[arg(long)]
    json: bool,
}

const HEADING: [&str; 7] = ["TIME", "APP", "ACTION", "FACTOR", "OUTCOME", "UID", "CALLER"];

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_locked(env)?;
    #[cfg(feature = "postgres")]
    if let Some(age) = args.prune {
        return prune(age, &*store.expect_database("log --prune")?, args.json, env);
    }
    let oldest = match args.since {
        Some(seconds) => Some((env.clock.now)()?.0.saturating_sub(seconds)),
        None => None,
    };
    let source = match store {
        AnyStore::Folder(folder) => Source::File(folder.audit_log()?),
        #[cfg(feature = "postgres")]
        AnyStore::Postgres(store) => Source::Table(store),
    };
    let log = Log { source, oldest, args, broken: Cell::default() };
    let say = if args.json { say_json } else { say_table };
    say(&log, env)?;
    let broken = log.broken.get();
    if broken > 0 {
        env.warn(&format!("{} of the log could not be read", table::count(broken, "line")));
    }
    Ok(Status::Done)
}

#[cfg(feature = "postgres")]
fn prune(age: u64, store: &Postgres, json: bool, env: &mut Env<'_>) -> Result<Status> {
    let removed = store.prune_audit(age)?;
    if json {
        env.stdout.json(&serde_json::json!({ "removed": removed }));
    } else {
        let lines = table::count(usize::try_from(removed).unwrap_or(usize::MAX), "line");
        env.stdout.line(&format!("Removed {lines}"));
    }
    Ok(Status::Done)
}

fn say_json(log: &Log<'_>, env: &mut Env<'_>) -> Result<()> {
    let mut before = "[";
    for event in log.events()? {
        env.stdout.write(&(before.to_owned() + &event?.to_line()));
        before = ",";
    }
    env.stdout.line(if before == "[" { "[]" } else { "]" });
    Ok(())
}

fn say_table(log: &Log<'_>, env: &mut Env<'_>) -> Result<()> {
    let rows = || Ok(log.events()?.map(|event| event.map(row)));
    let columns = env.columns();
    if !table::stream(HEADING, columns, rows, |text| env.stdout.write(text))? {
        env.stdout.line("Nothing is logged");
    }
    Ok(())
}

/// The lines that were asked for.
struct Log<'a> {
    source: Source,
    oldest: Option<u64>,
    args: &'a Args,
    /// The number of lines of the last pass that could not be parsed.
    broken: Cell<usize>,
}

/// Where the lines are.
enum Source {
    File(Option<File>),
    #[cfg(feature = "postgres")]
    Table(Box<Postgres>),
}

impl Source {
    /// Starts a pass over the lines.
    fn lines(&self) -> Result<Box<dyn Iterator<Item = Result<Vec<u8>>> + '_>> {
        match self {
            Self::File(None) => Ok(Box::new(std::iter::empty())),
            Self::File(Some(file)) => {
                let mut file = file;
                file.rewind().map_err(unread)?;
                Ok(Box::new(Lines(BufReader::new(file)).map(|line| line.map_err(unread))))
            }
            #[cfg(feature = "postgres")]
            Self::Table(store) => {
                let line = |line: Result<String, StoreError>| Ok(line?.into_bytes());
                Ok(Box::new(store.audit_lines()?.map(line)))
            }
        }
    }
}

fn unread(error: io::Error) -> CommandError {
    CommandError::new(Status::Store, error).context("cannot read the audit log")
}

impl Log<'_> {
    /// Starts a pass over the events.
    fn events(&self) -> Result<impl Iterator<Item = Result<Event>>> {
        self.broken.set(0);
        Ok(self.source.lines()?.filter_map(|line| self.event(line).transpose()))
    }

    fn event(&self, line: Result<Vec<u8>>) -> Result<Option<Event>> {
        let event = serde_json::from_slice(&line?).ok();
        if event.is_none() {
            self.broken.set(self.broken.get() + 1);
        }
        Ok(event.filter(|event| self.wants(event)))
    }

    fn wants(&self, event: &Event) -> bool {
        let time = event.time.parse::<Timestamp>().ok();
        let time = time.and_then(|time| u64::try_from(time.as_second()).ok());
        // A line without a time is shown rather than lost.
        let recent = self.oldest.is_none_or(|oldest| time.is_none_or(|time| time >= oldest));
        let named = |app| event.app == app || event.new_name.as_deref() == Some(app);
        recent && self.args.app.as_deref().is_none_or(named)
    }
}

fn row(event: Event) -> [String; 7] {
    let unknown = || "-".to_owned();
    let uid = event.uid.to_string();
    let (action, caller) = (action(&event), caller(&event).unwrap_or_else(unknown));
    [
        event.time,
        event.app,
        action,
        event.factor.unwrap_or_else(unknown),
        event.wait.map_or(event.outcome.clone(), |wait| format!("{}, {wait} s", event.outcome)),
        event.sudo_uid.map_or(uid.clone(), |sudo| format!("{uid}, sudo by {sudo}")),
        caller,
    ]
}

/// Returns the action, and what it was done to besides the app.
fn action(Event { action, new_name, about, .. }: &Event) -> String {
    match (new_name, about) {
        (Some(new), _) => format!("{action} to {new}"),
        (None, Some(about)) => format!("{action} {about}"),
        (None, None) => action.clone(),
    }
}

/// Returns the program that called, the client of the service and its address, or who logs in by which
/// service of PAM, and from where.
fn caller(event: &Event) -> Option<String> {
    if let Some(service) = &event.service {
        return Some(login(service, event));
    }
    match (&event.client, &event.address) {
        (Some(client), Some(address)) => Some(format!("client {client} at {address}")),
        (Some(client), None) => Some(format!("client {client}")),
        (None, Some(address)) => Some(address.clone()),
        (None, None) => event.parent.clone(),
    }
}

/// Returns who logs in by a service of PAM: `sshd for alice from 192.0.2.7`, `sudo for alice on pts/0`.
fn login(service: &str, event: &Event) -> String {
    let origin = match (&event.ruser, &event.rhost) {
        (Some(user), Some(host)) => Some(format!("{user}@{host}")),
        (user, host) => host.clone().or_else(|| user.clone()),
    };
    let mut told = service.to_owned();
    for (word, text) in [("for", &event.user), ("from", &origin), ("on", &event.tty)] {
        if let Some(text) = text {
            told.extend([" ", word, " ", text]);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use mfa::audit::{Caller, Login};

    use super::*;

    #[test]
    fn the_caller_is_the_program_or_the_client_of_the_service_and_its_address() {
        let text = |text: &str| Some(text.to_owned());
        for (parent, client, address, expected) in [
            ("bash", "", "", "bash"),
            ("systemd", "ci", "192.0.2.7", "client ci at 192.0.2.7"),
            ("systemd", "ci", "", "client ci"),
            ("systemd", "", "2001:db8::7", "2001:db8::7"),
            ("", "", "", "-"),
        ] {
            let [parent, client, address] =
                [parent, client, address].map(|part| text(part).filter(|part| !part.is_empty()));
            let caller = Caller { parent, client, address, ..Caller::default() };
            let [.., shown] = row(caller.event(None, "deploy", "authenticate", "wrong"));
            assert_eq!(shown, expected);
        }
    }
    #[test]
    fn a_login_is_told_with_whatever_is_known_of_it() {
        for (user, rhost, ruser, tty, expected) in [
            ("", "", "", "", "sshd"),
            ("alice", "192.0.2.7", "", "ssh", "sshd for alice from 192.0.2.7 on ssh"),
            ("root", "", "alice", "/dev/pts/0", "sshd for root from alice on /dev/pts/0"),
            ("alice", "example.com", "bob", "", "sshd for alice from bob@example.com"),
        ] {
            let [user, rhost, ruser, tty] = [user, rhost, ruser, tty]
                .map(|part| Some(part.to_owned()).filter(|part| !part.is_empty()));
            let login = Login { service: Some("sshd".into()), user, rhost, ruser, tty };
            let caller =
                Caller { parent: Some("sshd".into()), login: Some(login), ..Caller::default() };
            let [.., shown] = row(caller.event(None, "alice", "authenticate", "wrong"));
            assert_eq!(shown, expected);
        }
    }
}
