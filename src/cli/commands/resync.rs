use mfa::domain::{AppName, Code, Verdict};
use mfa::store::Store;
use mfa::{Authentication, GateError, Resync};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::cli::error::{CommandError, Result};
use crate::cli::{Context, Echo, Env, Status, attempt, input};

/// Find a hardware token again that is too far off, by two of its codes in a row; opens nothing
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// `-` reads the two codes from stdin, a line each; without it, the terminal is asked
    #[arg(short = 'o', long, value_name = "-", value_parser = ["-"], hide_possible_values = true)]
    otp_code: Option<String>,
    /// Answer with a JSON object: `app`, `resynced`, `reason`, `retry_after`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    resynced: bool,
    reason: &'a str,
    retry_after: Option<u64>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    let judged = judge(args, &*store, env);
    say(args, &judged, env);
    let judged = judged?;
    let command = |name: &str| location.command(name, &args.app);
    Ok(attempt::refusal(&judged.verdict, &command, env).unwrap_or(Status::Done))
}

fn judge(args: &Args, store: &dyn Store, env: &mut Env<'_>) -> Result<Authentication> {
    let codes = codes(args, store, env)?;
    let caller = &(env.process.caller)();
    let resync = Resync { app: &args.app, codes: &codes, caller };
    Ok(mfa::resync(store, resync, env.clock.now)?)
}

fn codes(args: &Args, store: &dyn Store, env: &mut Env<'_>) -> Result<[Code; 2]> {
    // Nobody should have to type codes to learn that there is no such app, or no token.
    let account = store.get(&args.app).map_err(GateError::from)?.account;
    if !account.is_token() {
        return Err(GateError::NoToken.into());
    }
    let mut code = |prompt| -> Result<Code> {
        let code: Code = typed(args, prompt, env)?.parse()?;
        code.check(&account.otp)?;
        Ok(code)
    };
    Ok([code("Code: ")?, code("The next code: ")?])
}

fn typed(args: &Args, prompt: &str, env: &mut Env<'_>) -> Result<Zeroizing<String>> {
    if args.otp_code.is_some() {
        let line = input::line(&mut env.stdin.stream)
            .map_err(|e| CommandError::usage(format!("cannot read stdin: {e}")))?;
        let missing = || CommandError::usage("resync takes two codes, a line each");
        return if line.is_empty() { Err(missing()) } else { Ok(line) };
    }
    (env.terminal.ask)(prompt, Echo::Shown).map_err(|error| {
        let missing = CommandError::usage("Missing code")
            .hint("pipe the two codes in, a line each, with -o -");
        input::refusal(&error, missing)
    })
}

/// Says what came of it; as JSON also why there was no verdict, but for a usage error.
fn say(args: &Args, judged: &Result<Authentication>, env: &mut Env<'_>) {
    let verdict = judged.as_ref().ok().map(|judged| &judged.verdict);
    let resynced = verdict == Some(&Verdict::Accepted);
    if args.json {
        let reason = match judged {
            Ok(judged) => Some(judged.verdict.reason()),
            Err(error) => error.reason,
        };
        let (app, retry_after) = (args.app.as_str(), verdict.and_then(Verdict::retry_after));
        if let Some(reason) = reason {
            env.stdout.json(&Answer { app, resynced, reason, retry_after });
        }
    } else if resynced {
        env.stdout.line("Resynchronised: the next code opens");
    } else if verdict.is_some() {
        env.stdout.line("OTP verification failed");
    }
}
