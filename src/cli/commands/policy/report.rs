use std::convert::Infallible;
use std::io::{self, BufReader};

use mfa::domain::{AppName, NameError, UnixTime};
use mfa::policy::{Policy, PolicyMemory};
use mfa::store::{Store, StoreError};
use serde::Serialize;

use super::PolicyArgs;
use crate::cli::context::tell;
use crate::cli::error::{CommandError, Result};
use crate::cli::lines::Lines;
use crate::cli::location::Location;
use crate::cli::{Context, Env, Status, table};

/// Report who is enrolled, who is in the grace period, and who has to enrol
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
    /// Read the names from stdin, one a line; without it, those that the store knows
    #[arg(value_name = "-", value_parser = ["-"])]
    names: Option<String>,
    /// Answer with a JSON array of objects: `app`, `status`, `enrol_by`, `backup_codes_left`,
    /// `last_used`
    #[arg(long)]
    json: bool,
}

/// How somebody stands under a policy, in few bytes: there may be a million.
#[derive(Clone, Copy)]
enum Standing {
    Enrolled { backup_codes_left: usize, last_used: Option<UnixTime> },
    InGrace { enrol_by: UnixTime },
    MustEnrol,
    NotChecked,
    Optional,
}

#[derive(Serialize)]
struct Entry<'a> {
    app: &'a str,
    status: &'static str,
    enrol_by: Option<String>,
    backup_codes_left: Option<usize>,
    last_used: Option<String>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let policy = args.policy.read()?;
    let store = location.find(env)?;
    let now = (env.clock.now)()?;
    let (names, mut status) = match args.names {
        Some(_) => read(env, location),
        None => (known(&*store)?, Status::Done),
    };
    let mut standings = Vec::with_capacity(names.len());
    for name in names {
        match standing(&*store, &policy, &name, now) {
            Ok(standing) => standings.push((name, standing)),
            Err(error) => status = tell(&error.into(), env, location),
        }
    }
    let show = if args.json { in_json } else { in_table };
    show(&standings, env);
    Ok(status)
}

/// Returns the names that the store knows: of apps, and of those who were checked.
fn known(store: &dyn Store) -> Result<Vec<AppName>> {
    let mut names = store.apps()?;
    names.extend(store.policy_names()?);
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// Reads names, one a line, until the end of stdin; blank lines are ignored, and a line that is no name
/// determines the status, but does not hide the others.
fn read(env: &mut Env<'_>, location: &Location) -> (Vec<AppName>, Status) {
    let (mut names, mut wrong) = (Vec::new(), Vec::new());
    let mut lines = Lines(BufReader::new(&mut env.stdin.stream));
    for number in 1_u64.. {
        match lines.next().map(|line| name(line, number)) {
            None => break,
            Some(Ok(name)) => names.extend(name),
            Some(Err(error)) => wrong.push(error),
        }
    }
    drop(lines);
    let told = wrong.iter().map(|error| tell(error, env, location));
    (names, told.last().unwrap_or(Status::Done))
}

/// Reads a line, or returns `None` for a blank one.
fn name(line: io::Result<Vec<u8>>, number: u64) -> Result<Option<AppName>> {
    let wrong = |why: String| CommandError::usage(format!("line {number}: {why}"));
    let line = line.map_err(|error| wrong(error.to_string()))?;
    if line.is_empty() {
        return Err(wrong("it is longer than any name".into()));
    }
    let line = str::from_utf8(&line).map_err(|_| wrong("it is not UTF-8".into()))?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.trim().is_empty() {
        return Ok(None);
    }
    line.parse().map(Some).map_err(|error: NameError| wrong(error.to_string()))
}

fn standing(
    store: &dyn Store,
    policy: &Policy,
    name: &AppName,
    now: UnixTime,
) -> Result<Standing, StoreError> {
    match store.account(name) {
        Ok(account) => {
            let backup_codes_left = account.backup.digests.len();
            return Ok(Standing::Enrolled { backup_codes_left, last_used: account.last_used });
        }
        Err(StoreError::NoSuchApp(_)) if !policy.all_users => return Ok(Standing::Optional),
        Err(StoreError::NoSuchApp(_)) => {}
        Err(error) => return Err(error),
    }
    let memory = store.policy_memory(name)?.unwrap_or_default();
    Ok(match policy.enrol_by(&memory, now) {
        Some(_) if memory == PolicyMemory::default() => Standing::NotChecked,
        Some(enrol_by) => Standing::InGrace { enrol_by },
        None => Standing::MustEnrol,
    })
}

fn entry(name: &AppName, standing: Standing) -> Entry<'_> {
    let (status, enrol_by, backup_codes_left, last_used) = match standing {
        Standing::Enrolled { backup_codes_left, last_used } => {
            ("enrolled", None, Some(backup_codes_left), last_used)
        }
        Standing::InGrace { enrol_by } => ("in_grace", Some(enrol_by), None, None),
        Standing::MustEnrol => ("must_enrol", None, None, None),
        Standing::NotChecked => ("not_checked", None, None, None),
        Standing::Optional => ("optional", None, None, None),
    };
    Entry {
        app: name.as_str(),
        status,
        enrol_by: enrol_by.map(UnixTime::to_rfc3339),
        backup_codes_left,
        last_used: last_used.map(UnixTime::to_rfc3339),
    }
}

/// Writes an array an object at a time, so that it need not fit into memory.
fn in_json(standings: &[(AppName, Standing)], env: &mut Env<'_>) {
    let mut before = "[";
    for block in standings.chunks(BLOCK) {
        let objects = block.iter().map(|(name, standing)| {
            serde_json::to_string(&entry(name, *standing)).unwrap_or_default()
        });
        let objects: Vec<String> = objects.collect();
        env.stdout.write(&format!("{before}{}", objects.join(",")));
        before = ",";
    }
    env.stdout.line(if standings.is_empty() { "[]" } else { "]" });
}

/// The number of objects that are written at a time.
const BLOCK: usize = 1000;

fn in_table(standings: &[(AppName, Standing)], env: &mut Env<'_>) {
    let heading = ["APP", "STATUS", "ENROL BY", "BACKUP CODES", "LAST USED"];
    let unknown = || "-".to_owned();
    let rows = || {
        Ok::<_, Infallible>(standings.iter().map(|(name, standing)| {
            let entry = entry(name, *standing);
            Ok([
                entry.app.to_owned(),
                entry.status.replace('_', " "),
                entry.enrol_by.unwrap_or_else(unknown),
                entry.backup_codes_left.map_or_else(unknown, |count| count.to_string()),
                entry.last_used.unwrap_or_else(unknown),
            ])
        }))
    };
    let Ok(any) = table::stream(heading, env.columns(), rows, |text| env.stdout.write(text));
    if !any {
        env.stdout.line("Nobody is known");
    }
}
