use mfa::domain::{Account, AppName, CodeError, Otp, UnixTime};
use mfa::store::update;
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::{Context, Env, Status, audit, table};

/// Clear the failures of an app, and enable it again; for the store's owner
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// Also accept codes again after the clock was once far ahead, but never one older than now
    #[arg(long)]
    clock: bool,
    /// Answer with a JSON object: `app`, `failures`, `was_disabled`, `clock_corrected`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    failures: u32,
    was_disabled: bool,
    clock_corrected: bool,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    let (before, after) = update(&*store, &args.app, |enrolment| {
        let before = enrolment.account.clone();
        match cleared(args, &before, env) {
            Ok(after) => (Ok((before, after.clone())), after),
            Err(error) => (Err(error), before),
        }
    })??;
    audit::record_done(&*store, args.app.as_str(), "unlock", env);
    say(args, &before, &after, env);
    Ok(Status::Done)
}

/// Returns the account with its failures cleared.
///
/// The clock is read only now that the app is locked: a time from before the wait would make a code
/// accepted meanwhile look like one of the future, and let it open again.
fn cleared(args: &Args, account: &Account, env: &Env<'_>) -> Result<Account> {
    let cleared = account.clone().unlocked();
    if !args.clock {
        return Ok(cleared);
    }
    if account.otp == Otp::Steam {
        return Err(CodeError::Steam.into());
    }
    cleared.with_clock_corrected((env.clock.now)()?).ok_or_else(|| {
        CommandError::usage("--clock is for codes by the clock, and this app's go by a counter")
            .hint("a token that is too far ahead is found again by mfa resync")
    })
}

/// Says from when on codes are accepted: a token may have shown some that are still to come.
fn since(account: &Account) -> String {
    let time = account.drift.and(account.accepts_from());
    time.map_or_else(|| "now".into(), UnixTime::to_rfc3339)
}

fn say(args: &Args, before: &Account, after: &Account, env: &mut Env<'_>) {
    if before.recovery.suspended {
        env.warn("its factors were stolen, and open again now, for whoever has them");
    }
    let (failures, _) = before.failures();
    let was_disabled = before.are_backup_codes_disabled();
    let clock_corrected = before.guard.last_step != after.guard.last_step;
    if args.json {
        let app = args.app.as_str();
        return env.stdout.json(&Answer { app, failures, was_disabled, clock_corrected });
    }
    let recovery = before.recovery.throttle.failures;
    let cleared = [
        (recovery > 0).then(|| {
            format!("Cleared {} with recovery codes", table::count(recovery as usize, "failure"))
        }),
        (failures > 0).then(|| format!("Cleared {}", table::count(failures as usize, "failure"))),
        was_disabled.then(|| "Enabled it again".to_owned()),
        clock_corrected.then(|| format!("Codes from {} on are accepted again", since(after))),
    ];
    let cleared: Vec<String> = cleared.into_iter().flatten().collect();
    env.stdout.line(&if !cleared.is_empty() {
        cleared.join("\n")
    } else if before == after {
        "There was nothing to clear".into()
    } else {
        "Cleared the count of what was sent".into()
    });
}
