use std::path::PathBuf;

use mfa::domain::{AppName, BackupCode, Enrolment, RecoveryCode, Verdict};
use mfa::qr::Qr;
use mfa::recovery::{self, Checked, Complete};
use serde::Serialize;
use zeroize::Zeroizing;

use super::rules;
use crate::cli::any_store::AnyStore;
use crate::cli::error::{CommandError, ErrorContext, Result};
use crate::cli::first_code::{self, Asking};
use crate::cli::new_secret::{Source, new_secret};
use crate::cli::{Context, Echo, Env, Status, input, issuing};

/// Use a recovery code: a new secret for the phone, and new backup codes; everything of before is void
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// `-` reads the recovery code from stdin; without it, the terminal is asked
    #[arg(short = 'o', long, value_name = "-")]
    otp_code: Option<String>,
    /// Read a base32 secret instead of making one; without a terminal, stdin has the recovery code,
    /// the secret and its first code, a line each
    #[arg(long)]
    secret_stdin: bool,
    /// The policy that says how many backup codes are made [default: 10]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Answer with a JSON object: `app`, `backup_codes`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    backup_codes: Vec<String>,
}

/// The beginning of the error if something was shown and then could not be recorded.
const VOID: &str = "what was shown is void";

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    // An argument is visible to every user of the machine, and is not repeated either.
    if args.otp_code.as_ref().is_some_and(|code| code != "-") {
        return Err(
            CommandError::usage("a recovery code is no argument").hint("pipe it in, with -o -")
        );
    }
    let store = location.find_asking(env)?;
    let rules = rules(args.policy.as_deref())?;
    // Nobody should have to type a code to learn that there is no such app.
    store.get(&args.app)?;
    let code: RecoveryCode = typed(args, env)?.parse()?;
    let caller = &(env.process.caller)();
    let checked = recovery::check(&*store, &args.app, &code, caller, env.clock.now)?;
    let checked = checked.map_err(|verdict| refusal(&verdict))?;
    let Some(mut new) = renewed(args, &checked, env)? else {
        env.stderr.line("nothing has changed, and the recovery code is still good; the new entry in the phone is not");
        return Ok(Status::Refused);
    };
    let count = rules.map_or(issuing::COUNT, |rules| rules.backup_codes);
    let (set, codes) = issuing::issue(count, env)?;
    new.account.backup = set;
    show(args, &codes, env);
    // Codes that nobody saw must not void those that somebody has kept.
    issuing::expect_read(env)?;
    complete(args, &store, &checked, &new, env).context(VOID)?;
    if !args.json && !codes.is_empty() {
        env.stderr.line(issuing::ONCE);
    }
    Ok(Status::Done)
}

fn reads_lines(args: &Args, env: &Env<'_>) -> bool {
    args.secret_stdin && !env.stdin.is_terminal
}

fn typed(args: &Args, env: &mut Env<'_>) -> Result<Zeroizing<String>> {
    if args.otp_code.is_some() || reads_lines(args, env) {
        let unreadable = |e| CommandError::usage(format!("cannot read stdin: {e}"));
        return input::line(&mut env.stdin.stream).map_err(unreadable);
    }
    (env.terminal.ask)("Recovery code: ", Echo::Shown).map_err(|error| {
        let hint = "pipe the recovery code in, with -o -, or with the rest, with --secret-stdin";
        input::refusal(&error, CommandError::usage("Missing recovery code").hint(hint))
    })
}

/// Returns the error for a code that is not right, or was not looked at.
fn refusal(verdict: &Verdict) -> CommandError {
    let (status, why, hint) = match verdict {
        Verdict::Throttled { retry_after } => {
            let why = "too many failures, the recovery code was not looked at";
            (Status::Throttled, why, format!("try again in {retry_after} s"))
        }
        Verdict::Expired => {
            let why = "the recovery code is not good at this time";
            (Status::Refused, why, "whoever issued it can issue another one".into())
        }
        _ => {
            let hint = "it works once; whoever issued it can issue another one";
            (Status::Refused, "the recovery code is wrong", hint.into())
        }
    };
    let error = CommandError::new(status, anyhow::Error::msg(why)).hint(hint);
    error.because(verdict.reason(), verdict.retry_after())
}

/// Puts a new secret into the owner's phone, and returns what has accepted its first code.
fn renewed(args: &Args, checked: &Checked, env: &mut Env<'_>) -> Result<Option<Enrolment>> {
    let account = checked.old.account.renewed((env.clock.now)()?);
    let source = if args.secret_stdin { Source::Line } else { Source::Random };
    let new = Enrolment { secret: new_secret(source, env)?, account };
    if new.secret.expose_bytes() == checked.old.secret.expose_bytes() {
        return Err(CommandError::usage(
            "that is the secret of before, which the recovery is to replace",
        ));
    }
    if !reads_lines(args, env) {
        show_secret(&new, env)?;
    }
    let prompt = "Scan the QR code, then type the phone's code: ";
    let asking = Asking { prompt, reads_line: reads_lines(args, env), json: args.json };
    let account = first_code::ask(&asking, &new, env)?;
    Ok(account.map(|account| Enrolment { account, ..new }))
}

/// Shows the secret to whoever is at the terminal, as a QR code if it fits, and to be typed.
fn show_secret(new: &Enrolment, env: &mut Env<'_>) -> Result<()> {
    if let Err(error) = first_code::draw(&Qr::new(&new.provisioning_uri())?, env) {
        env.warn(&error.text());
    }
    let secret = new.secret.expose_base32();
    let mut line = Zeroizing::new(String::with_capacity(secret.len() + 64));
    line.extend(["or type the secret into the phone: ", &secret, "\n"]);
    first_code::tell(&line, env)
}

fn show(args: &Args, codes: &[BackupCode], env: &mut Env<'_>) {
    let app = args.app.as_str();
    if args.json {
        let backup_codes = issuing::texts(codes);
        return env.stdout.json(&Answer { app, backup_codes });
    }
    let heading = if codes.is_empty() { "" } else { "Backup codes:\n" };
    issuing::show(heading, codes, env);
}

fn complete(
    args: &Args,
    store: &AnyStore,
    checked: &Checked,
    new: &Enrolment,
    env: &Env<'_>,
) -> Result<()> {
    let (app, issued, caller) = (&args.app, &checked.issued, &(env.process.caller)());
    let done = Complete { app, issued, new, caller };
    if recovery::complete(&**store, done, env.clock.now)? {
        return Ok(());
    }
    let why = "the recovery code was used or withdrawn meanwhile";
    Err(CommandError::new(Status::Refused, anyhow::Error::msg(why)))
}
