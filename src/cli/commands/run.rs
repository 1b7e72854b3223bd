use std::ffi::OsString;
use std::io;

use mfa::domain::{AppName, quoted};

use crate::cli::context::tell;
use crate::cli::error::{CommandError, Result};
use crate::cli::gate::{GateArgs, Presented};
use crate::cli::location::Location;
#[cfg(feature = "remote")]
use crate::cli::pushing::PushArgs;
#[cfg(feature = "remote")]
use crate::cli::sending::SmsArgs;
use crate::cli::{Context, Env, Status, attempt};

/// Run a command once a code is accepted; status 125 if it is not, else the command's own
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
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
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Becomes the command, or says why not: 125 refused, 126 not executable, 127 not found, as `env`
/// and `timeout` have it.
pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let admitted = admitted(args, location, env);
    if !admitted.map_err(|error| error.with_status(Status::NotRun))? {
        return Ok(Status::NotRun);
    }
    let program = args.command.first().map(|word| quoted(&word.to_string_lossy()));
    let Err(error) = (env.process.exec)(args.command.clone());
    env.error(&format!("cannot run {}: {error}", program.unwrap_or_default()), None);
    let missing = error.kind() == io::ErrorKind::NotFound;
    Ok(if missing { Status::NotFound } else { Status::NotExecutable })
}

fn admitted(args: &Args, location: &Location, env: &mut Env<'_>) -> Result<bool> {
    let gate = args.gate.find(location, env)?;
    let command = |name: &str| gate.command(name, &args.app, location);
    let remember = args.gate.remember.remember(env)?;
    #[cfg(feature = "remote")]
    if args.push.is_wanted() {
        let asked = (&args.app, "run", remember.as_ref());
        let mut judged = args.push.judge(asked, &gate, location, env)?;
        return Ok(attempt::tell(&mut judged, &command, env) == Status::Done);
    }
    let asks = args.otp_code.is_none();
    #[cfg(feature = "remote")]
    args.sms.send(&args.app, args.otp_code.as_deref(), &gate, location, env)?;
    for _ in 0..if asks { attempt::TRIES } else { 1 } {
        let typed = attempt::typed(args.otp_code.as_deref(), &args.app, &gate, env)?;
        let credential = match typed.parse() {
            // A typing error costs a try, and does not count as a failure.
            Err(error) if asks => {
                tell(&CommandError::from(error), env, location);
                continue;
            }
            parsed => parsed?,
        };
        let (app, credential, remember) = (&args.app, (&credential, &**typed), remember.as_ref());
        let presented = Presented { app, credential, action: "run", remember };
        match attempt::tell(&mut gate.judge(presented, env)?, &command, env) {
            Status::Done => return Ok(true),
            Status::Refused => env.stderr.line("OTP verification failed"),
            _ => return Ok(false),
        }
    }
    Ok(false)
}
