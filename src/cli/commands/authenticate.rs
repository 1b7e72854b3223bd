use mfa::domain::{AppName, Factor, Verdict};
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::gate::{Gate, GateArgs, Judged, Presented};
use crate::cli::location::Location;
#[cfg(feature = "remote")]
use crate::cli::pushing::PushArgs;
#[cfg(feature = "remote")]
use crate::cli::sending::SmsArgs;
use crate::cli::{Context, Env, Status, attempt};

/// Verify a code: status 0 only if it is right and was never accepted before
#[derive(clap::Args)]
#[command(override_usage = "mfa authenticate [OPTIONS] <APP>")]
pub struct Args {
    /// Name of the app
    #[arg(required_unless_present = "flag")]
    app: Option<AppName>,
    #[arg(short = 'a', long = "authenticate", value_name = "APP", hide = true)]
    #[arg(conflicts_with = "app")]
    flag: Option<AppName>,
    /// The code, or a backup code; `-` reads it from stdin; without it, the terminal is asked
    #[arg(short = 'o', long, value_name = "CODE")]
    otp_code: Option<String>,
    #[cfg(feature = "remote")]
    #[command(flatten)]
    sms: SmsArgs,
    #[cfg(feature = "remote")]
    #[command(flatten)]
    push: PushArgs,
    #[command(flatten)]
    gate: GateArgs,
    /// Answer with a JSON object: `accepted`, `reason`, `retry_after`, `factor`, `backup_codes_left`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer {
    accepted: bool,
    reason: &'static str,
    retry_after: Option<u64>,
    factor: Option<&'static str>,
    backup_codes_left: Option<usize>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let missing = || CommandError::usage("an app is missing");
    let app = args.app.as_ref().or(args.flag.as_ref()).ok_or_else(missing)?;
    let gate = args.gate.find(location, env)?;
    let judged = judge(app, args, &gate, location, env);
    if args.json
        && let Some(answer) = answer(&judged)
    {
        env.stdout.json(&answer);
    }
    let command = |name: &str| gate.command(name, app, location);
    let status = attempt::tell(&mut judged?, &command, env);
    if !args.json {
        env.stdout.line(if status == Status::Done { "Welcome" } else { "OTP verification failed" });
    }
    Ok(status)
}

#[cfg_attr(not(feature = "remote"), expect(unused_variables, reason = "nothing is sent"))]
fn judge(
    app: &AppName,
    args: &Args,
    gate: &Gate,
    location: &Location,
    env: &mut Env<'_>,
) -> Result<Judged> {
    let remember = args.gate.remember.remember(env)?;
    #[cfg(feature = "remote")]
    if args.push.is_wanted() {
        return args.push.judge((app, "authenticate", remember.as_ref()), gate, location, env);
    }
    #[cfg(feature = "remote")]
    args.sms.send(app, args.otp_code.as_deref(), gate, location, env)?;
    let typed = attempt::typed(args.otp_code.as_deref(), app, gate, env)?;
    let credential = (&typed.parse()?, typed.as_str());
    let remember = remember.as_ref();
    gate.judge(Presented { app, credential, action: "authenticate", remember }, env)
}

/// Returns the JSON answer to an attempt, or `None` for a usage error, which goes to stderr alone,
/// as other usage errors do.
fn answer(judged: &Result<Judged>) -> Option<Answer> {
    let judged = match judged {
        Ok(judged) => judged,
        Err(error) => {
            return error.reason.map(|reason| Answer::refusal(reason, error.retry_after));
        }
    };
    let accepted = judged.verdict == Verdict::Accepted;
    Some(Answer {
        accepted,
        reason: judged.verdict.reason(),
        retry_after: judged.verdict.retry_after(),
        factor: judged.factor.map(Factor::name),
        // Only someone who was let in may learn how many are left.
        backup_codes_left: judged.backup_codes_left.filter(|_| accepted),
    })
}

impl Answer {
    fn refusal(reason: &'static str, retry_after: Option<u64>) -> Self {
        Self { accepted: false, reason, retry_after, factor: None, backup_codes_left: None }
    }
}
