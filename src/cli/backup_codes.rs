use anyhow::Context;
use mfa::domain::{Account, AppName, BackupCode, BackupCodes, IssueError};
use mfa::store::{Store, update};
use serde::Serialize;

use super::location::Location;
use super::status::NoRandomness;
use super::{Env, Status, audit, table};

/// How many codes a set has unless asked for otherwise, as in most services.
pub const COUNT: u8 = 10;

/// What people are told once the codes that they saw are in force.
pub const ONCE: &str =
    "each opens once, when the phone is gone: keep them where it is not; they are not shown again";

/// What an error begins with where codes were shown and could not be recorded.
pub const VOID: &str = "the backup codes that were shown are void";

/// Make new backup codes and void the old; they are shown once
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// How many, 1 to 20
    #[arg(long, default_value_t = COUNT, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=20))]
    count: u8,
    /// Only tell how many are left
    #[arg(long, conflicts_with = "count")]
    status: bool,
    /// Answer with a JSON object: `app` and `backup_codes`, or `backup_codes_left`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Left<'a> {
    app: &'a str,
    backup_codes_left: usize,
}

#[derive(Serialize)]
struct Made<'a> {
    app: &'a str,
    backup_codes: Vec<String>,
}

pub fn run(args: &Args, location: &Location, env: &mut Env<'_>) -> anyhow::Result<Status> {
    let store = location.find(env)?;
    if args.status {
        let left = store.get(&args.app)?.account.backup.digests.len();
        if args.json {
            env.stdout.json(&Left { app: args.app.as_str(), backup_codes_left: left });
        } else {
            env.stdout.line(&format!("{} left", table::count(left, "backup code")));
        }
        return Ok(Status::Done);
    }
    // Nobody should be shown codes to hear that there is no such app.
    store.get(&args.app)?;
    let (set, codes) = issue(args.count, env)?;
    if args.json {
        env.stdout.json(&Made { app: args.app.as_str(), backup_codes: texts(&codes) });
    } else {
        show(&codes, env);
    }
    // Codes that nobody saw must not void those that somebody has.
    env.stdout.delivered()?;
    update(&store, &args.app, |enrolment| {
        ((), Account { backup: set.clone(), ..enrolment.account.clone() })
    })
    .context(VOID)?;
    audit::record_done(&store, args.app.as_str(), "backup-codes", env);
    if !args.json {
        env.stderr.line(ONCE);
    }
    Ok(Status::Done)
}

/// Makes a set from the system's generator.
pub fn issue(count: u8, env: &Env<'_>) -> anyhow::Result<(BackupCodes, Vec<BackupCode>)> {
    let made = BackupCodes::issue(count.into(), |bytes| (env.random)(bytes));
    made.map_err(|error| match error {
        IssueError::Random(error) => NoRandomness(error).into(),
        IssueError::Hashing(error) => error.into(),
    })
}

/// Gives the codes as people read them.
pub fn texts(codes: &[BackupCode]) -> Vec<String> {
    codes.iter().map(|code| code.expose().to_string()).collect()
}

/// Shows the codes on stdout, one a line.
pub fn show(codes: &[BackupCode], env: &mut Env<'_>) {
    for code in codes {
        env.stdout.line(&code.expose());
    }
}
