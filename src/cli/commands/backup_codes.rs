use mfa::domain::{Account, AppName, CodeError, MOST_BACKUP_CODES, Otp};
use mfa::store::update;
use serde::Serialize;

use crate::cli::error::{ErrorContext, Result};
use crate::cli::{Context, Status, audit, issuing, table};

/// Make new backup codes, which are shown once, and void the old ones
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// Number of codes, 1 to 20
    #[arg(long, default_value_t = issuing::COUNT, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=i64::from(MOST_BACKUP_CODES)))]
    count: u8,
    /// Only show how many are left
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

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    if args.status {
        let left = store.get(&args.app)?.account.backup.digests.len();
        if args.json {
            env.stdout.json(&Left { app: args.app.as_str(), backup_codes_left: left });
        } else {
            env.stdout.line(&format!("{} left", table::count(left, "backup code")));
        }
        return Ok(Status::Done);
    }
    // Nobody should be shown codes only to learn that there is no such app.
    let otp = store.get(&args.app)?.account.otp;
    if otp == Otp::Steam {
        return Err(CodeError::Steam.into());
    }
    let (set, codes) = issuing::issue(args.count, env)?;
    if args.json {
        env.stdout.json(&Made { app: args.app.as_str(), backup_codes: issuing::texts(&codes) });
    } else {
        issuing::show("", &codes, env);
    }
    // Codes that nobody saw must not void those that somebody has kept.
    issuing::expect_read(env)?;
    update(&*store, &args.app, |enrolment| {
        ((), Account { backup: set.clone(), ..enrolment.account.clone() })
    })
    .context(issuing::VOID)?;
    audit::record_done(&*store, args.app.as_str(), "backup-codes", env);
    if !args.json {
        env.stderr.line(issuing::ONCE);
    }
    Ok(Status::Done)
}
