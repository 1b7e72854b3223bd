use mfa::GateError;
use mfa::domain::{AppName, Verdict};
use mfa::store::{Folder, Store, StoreError};
use serde::Serialize;
use zeroize::Zeroizing;

use super::location::Location;
use super::status::{self, Usage};
use super::{Echo, Env, Status, input};

/// Verify a code: status 0 only if it is right and was never accepted before
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// The code; `-` reads it from stdin, without it the terminal is asked
    #[arg(short = 'o', long, value_name = "CODE")]
    otp_code: Option<String>,
    /// Answer with a JSON object: `accepted`, `reason`, `retry_after`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer {
    accepted: bool,
    reason: &'static str,
    retry_after: Option<u64>,
}

pub fn run(args: &Args, location: &Location, env: &mut Env<'_>) -> anyhow::Result<Status> {
    let store = location.find(env)?;
    let judged = judge(args, &store, env);
    if args.json
        && let Some(answer) = answer(&judged)
    {
        env.stdout.json(&answer);
    }
    match judged {
        Ok(verdict) => Ok(say(&verdict, args.json, env)),
        Err(error) => {
            let hint =
                status::store_error(&error).and_then(|store| location.hint(&args.app, store));
            env.error(
                &status::text(&error),
                hint.map(str::to_owned).or_else(|| status::hint(&error)).as_deref(),
            );
            Ok(status::of(&error))
        }
    }
}

fn judge(args: &Args, store: &Folder, env: &mut Env<'_>) -> anyhow::Result<Verdict> {
    let typed = match args.otp_code.as_deref() {
        Some("-") => input::line(&mut env.stdin)
            .map_err(|e| Usage::new(format!("cannot read stdin: {e}")))?,
        Some(code) => Zeroizing::new(code.into()),
        None => {
            // Nobody should have to type a code to hear that there is no such app.
            store.get(&args.app)?;
            (env.ask)("Code: ", Echo::Shown).map_err(|_| {
                Usage::with_hint("Missing code", "pipe it in: … | mfa authenticate APP -o -")
            })?
        }
    };
    let code = typed.parse().map_err(GateError::Code)?;
    Ok(mfa::authenticate(store, &args.app, &code, env.clock)?)
}

fn say(verdict: &Verdict, json: bool, env: &mut Env<'_>) -> Status {
    let status = match verdict {
        Verdict::Accepted => Status::Done,
        Verdict::Wrong | Verdict::Reused => Status::Refused,
        Verdict::Throttled { retry_after } => {
            let hint = format!("try again in {retry_after} s");
            env.error("too many failures, the code was not looked at", Some(&hint));
            Status::Throttled
        }
        Verdict::Disabled => {
            let hint = "its owner can enrol it again: mfa create --force";
            env.error("disabled after too many failures, the code was not looked at", Some(hint));
            Status::Throttled
        }
    };
    if !json {
        env.stdout.line(if status == Status::Done { "Welcome" } else { "OTP verification failed" });
    }
    status
}

fn answer(judged: &anyhow::Result<Verdict>) -> Option<Answer> {
    let (reason, retry_after) = match judged {
        Ok(Verdict::Accepted) => ("accepted", None),
        Ok(Verdict::Wrong) => ("wrong", None),
        Ok(Verdict::Reused) => ("reused", None),
        Ok(Verdict::Throttled { retry_after }) => ("throttled", Some(*retry_after)),
        Ok(Verdict::Disabled) => ("disabled", None),
        Err(error) => match (status::of(error), status::store_error(error)) {
            (_, Some(StoreError::NoSuchApp(_))) => ("unknown_app", None),
            (Status::Store, _) => ("store", None),
            (Status::Record, _) => ("record", None),
            (Status::Clock, _) => ("clock", None),
            // Usage is told on stderr alone, as where the arguments were not understood.
            _ => return None,
        },
    };
    Some(Answer { accepted: reason == "accepted", reason, retry_after })
}
