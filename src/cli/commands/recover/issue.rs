use std::path::PathBuf;

use mfa::domain::{
    AppName, Evidence, Issued, RECOVERED_WITHIN, RecoveryCode, Reference, UnixTime, VerifiedWith,
};
use mfa::policy::AdminRecovery;
use mfa::recovery::{self, Issue};
use serde::Serialize;
use zeroize::Zeroizing;

use super::rules;
use crate::cli::error::{CommandError, ErrorContext, Result};
use crate::cli::{Context, Env, Status, issuing};

/// Issue a recovery code, which is shown once, to an owner whom you have seen; it voids the one before
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// How you have verified who asks
    #[arg(long, value_name = "HOW", value_parser = VerifiedWith::ALL.map(VerifiedWith::name))]
    verified_with: String,
    /// The ticket in which it is documented, such as TICKET-42, or an https URL; never a number of a
    /// document
    #[arg(long, value_name = "TICKET")]
    reference: Option<String>,
    /// The factors may be in other hands: they open nothing from now on
    #[arg(long)]
    stolen: bool,
    /// The policy that says whether this is allowed, and for how long a code is good [default: a day]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Answer with a JSON object: `app`, `recovery_code`, `expires`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    recovery_code: Zeroizing<String>,
    expires: String,
}

/// The beginning of the error if a code was shown and then could not be recorded.
const VOID: &str = "the recovery code that was shown is void";

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let evidence = &evidence(args)?;
    let store = location.find_asking(env)?;
    let good_for = good_for(args)?;
    // Nobody should be shown a code only to learn that there is no such app, or no log.
    store.get(&args.app)?;
    store.expect_room_for_event()?;
    let (issued, code) = drawn(good_for, env)?;
    show(args, &code, &issued, env);
    // A code that nobody saw must not void the one that its owner has.
    issuing::expect_read(env)?;
    let (app, issued, caller) = (&args.app, &issued, &(env.process.caller)());
    let new = Issue { app, issued, evidence, stolen: args.stolen, caller };
    recovery::issue(&*store, new, env.clock.now).context(VOID)?;
    say(args, issued.expires, env);
    Ok(Status::Done)
}

fn good_for(args: &Args) -> Result<u64> {
    let Some(rules) = rules(args.policy.as_deref())? else { return Ok(RECOVERED_WITHIN) };
    if rules.admin_recovery == AdminRecovery::None {
        let why = anyhow::Error::msg("the policy lets no administrator recover an owner");
        return Err(CommandError::new(Status::Refused, why));
    }
    Ok(rules.timeout)
}

fn drawn(good_for: u64, env: &Env<'_>) -> Result<(Issued, RecoveryCode)> {
    let now = (env.clock.now)()?;
    Ok(Issued::new(now, good_for, |bytes| (env.random)(bytes))?)
}

/// Reads what the log will say; a reference that is none is not repeated, whatever it holds.
fn evidence(args: &Args) -> Result<Evidence> {
    let parsed = |text: &String| text.parse::<Reference>();
    let reference = args.reference.as_ref().map(parsed).transpose();
    let reference = reference.map_err(|why| CommandError::usage(why.to_string()))?;
    Ok(Evidence { verified_with: verified_with(&args.verified_with)?, reference })
}

fn verified_with(name: &str) -> Result<VerifiedWith> {
    let known = VerifiedWith::ALL.into_iter().find(|way| way.name() == name);
    known.ok_or_else(|| {
        CommandError::usage("--verified-with takes one of the ways that --help lists")
    })
}

fn show(args: &Args, code: &RecoveryCode, issued: &Issued, env: &mut Env<'_>) {
    let code = code.expose();
    if args.json {
        let expires = issued.expires.to_rfc3339();
        return env.stdout.json(&Answer { app: args.app.as_str(), recovery_code: code, expires });
    }
    let mut line = Zeroizing::new(String::with_capacity(code.len() + 1));
    line.extend([code.as_str(), "\n"]);
    env.stdout.write(&line);
}

fn say(args: &Args, expires: UnixTime, env: &mut Env<'_>) {
    if args.stolen {
        env.stderr.line("its factors open nothing from now on");
    }
    if !args.json {
        let expires = expires.to_rfc3339();
        env.stderr.line(&format!(
            "it works once, until {expires}; hand it to the owner alone: it is not shown again"
        ));
    }
}
