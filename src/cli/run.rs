use std::ffi::OsString;
use std::io;

use mfa::domain::{AppName, escaped};
use mfa::store::Folder;

use super::location::Location;
use super::{Env, Status, attempt, status};

/// Run a command once a code is accepted; 125 where it is not, else the command's own status
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// The code, or a backup code; `-` reads it from stdin, without it the terminal is asked
    #[arg(short = 'o', long, value_name = "CODE")]
    otp_code: Option<String>,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Becomes the command, or says why not: 125 refused, 126 not executable, 127 not found, as `env`
/// and `timeout` have it.
pub fn run(args: &Args, location: &Location, env: &mut Env<'_>) -> Status {
    let admitted = location
        .find(env)
        .map_err(anyhow::Error::from)
        .and_then(|store| admitted(args, &store, location, env));
    match admitted {
        Ok(true) => {}
        Ok(false) => return Status::NotRun,
        Err(error) => {
            status::tell(env, &error, location);
            return Status::NotRun;
        }
    }
    let program = args.command.first().map(|word| escaped(&word.to_string_lossy()));
    let Err(error) = (env.exec)(args.command.clone());
    env.error(&format!("cannot run {}: {error}", program.unwrap_or_default()), None);
    if error.kind() == io::ErrorKind::NotFound { Status::NotFound } else { Status::NotExecutable }
}

fn admitted(
    args: &Args,
    store: &Folder,
    location: &Location,
    env: &mut Env<'_>,
) -> anyhow::Result<bool> {
    let tries = if args.otp_code.is_none() { attempt::TRIES } else { 1 };
    for _ in 0..tries {
        let credential = match attempt::credential(args.otp_code.as_deref(), &args.app, store, env)
        {
            Ok(credential) => credential,
            Err(error) if args.otp_code.is_none() && attempt::is_slip(&error) => {
                status::tell(env, &error, location);
                continue;
            }
            Err(error) => return Err(error),
        };
        let judged = attempt::judge(&credential, &args.app, "run", store, env)?;
        match attempt::tell(&judged, &args.app, location, env) {
            Status::Done => return Ok(true),
            Status::Refused => env.stderr.line("OTP verification failed"),
            _ => return Ok(false),
        }
    }
    Ok(false)
}
