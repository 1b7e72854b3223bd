use mfa::domain::{AppName, Code, PhoneNumber};
use mfa::sms::Proof;
use mfa::store::{Store, update};
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::sending::{Sender, expect_sent};
use crate::cli::{Context, Env, Status, attempt, audit};

/// Set the phone to which codes are sent, or remove it; the next login hears of a new one
#[derive(clap::Args)]
#[command(override_usage = "mfa phone [OPTIONS] <APP> <NUMBER|--remove>")]
#[command(group = clap::ArgGroup::new("what").args(["number", "remove"]).required(true))]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// The number with its country code: +1 555 010 0199
    number: Option<PhoneNumber>,
    /// Remove the number, and with it a code that is on its way
    #[arg(long)]
    remove: bool,
    /// Send a code to the number first, and set it only if that is typed; without a terminal, the
    /// code is a line of stdin
    #[arg(long, conflicts_with = "remove")]
    confirm: bool,
    /// Answer with a JSON object: `app`, `phone`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    phone: Option<String>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    if let Some(phone) = args.number.as_ref().filter(|_| args.confirm) {
        let (asked, proof) = Sender::new(&args.app, &store, env)?.send_proof(phone, env)?;
        expect_sent(asked, &args.app, location)?;
        if !is_confirmed(&proof, phone, env)? {
            env.stderr.line("the number stays as it was");
            return Ok(Status::Refused);
        }
    }
    set(args, &*store, env)?;
    say(args, env);
    Ok(Status::Done)
}

fn set(args: &Args, store: &dyn Store, env: &mut Env<'_>) -> Result<()> {
    let now = || (env.clock.now)().map_err(CommandError::from);
    update(store, &args.app, |enrolment| {
        let account = &enrolment.account;
        match now() {
            Ok(now) => (Ok(()), account.with_phone(args.number.clone(), now)),
            Err(error) => (Err(error), account.clone()),
        }
    })??;
    audit::record_done(store, args.app.as_str(), "phone", env);
    Ok(())
}

fn is_confirmed(proof: &Proof, phone: &PhoneNumber, env: &mut Env<'_>) -> Result<bool> {
    let prompt = format!("Code sent to {}: ", phone.masked());
    for _ in 0..if env.stdin.is_terminal { attempt::TRIES } else { 1 } {
        let typed = attempt::confirmation(&prompt, env)?;
        if typed.parse::<Code>().is_ok_and(|code| proof.is_given_by(&code)) {
            return Ok(true);
        }
        env.stderr.line("OTP verification failed");
    }
    Ok(false)
}

fn say(args: &Args, env: &mut Env<'_>) {
    let (app, phone) = (args.app.as_str(), args.number.as_ref().map(PhoneNumber::masked));
    if args.json {
        return env.stdout.json(&Answer { app, phone });
    }
    env.stdout.line(&match phone {
        Some(phone) => format!("Codes for {app} go to {phone}"),
        None => format!("No codes for {app} go to a phone"),
    });
}
