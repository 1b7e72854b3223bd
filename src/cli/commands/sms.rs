use mfa::domain::{AppName, Asked};
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::location::Location;
use crate::cli::sending::{Sender, expect_sent};
use crate::cli::server::ServerArgs;
use crate::cli::{Context, Env, Status};

/// Send a code by SMS, which opens the app once within five minutes
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    #[command(flatten)]
    server: ServerArgs,
    /// Answer with a JSON object: `app`, `sent`, `reason`, `retry_after`, `phone`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    sent: bool,
    reason: &'static str,
    retry_after: Option<u64>,
    phone: Option<String>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let (asked, phone) = match args.server.find(location, env)? {
        // Whose phone it is only the server knows.
        Some(server) => (server.send_sms(&args.app).map_err(CommandError::from), None),
        None => from_store(args, location, env)?,
    };
    let sent = asked.and_then(|asked| expect_sent(asked, &args.app, location));
    if args.json {
        if let Some(answer) = answer(&args.app, sent.as_ref().err(), phone) {
            env.stdout.json(&answer);
        }
    } else if sent.is_ok() {
        let to = phone.map(|phone| format!(" to {phone}")).unwrap_or_default();
        env.stdout.line(&format!("A code is on its way{to}"));
    }
    sent.map(|()| Status::Done)
}

/// Sends a code from this machine, and returns whose phone it goes to.
fn from_store(
    args: &Args,
    location: &Location,
    env: &Env<'_>,
) -> Result<(Result<Asked>, Option<String>)> {
    let store = location.find(env)?;
    let asked = Sender::new(&args.app, &store, env)?.send(env);
    let account = store.account(&args.app).ok();
    Ok((asked, account.and_then(|account| account.sms).map(|sms| sms.phone.masked())))
}

/// Returns the JSON answer, or `None` for an error that goes to stderr alone.
fn answer<'a>(
    app: &'a AppName,
    error: Option<&CommandError>,
    phone: Option<String>,
) -> Option<Answer<'a>> {
    let (app, sent) = (app.as_str(), error.is_none());
    let (reason, retry_after) = match error {
        None => ("sent", None),
        Some(error) => (error.reason?, error.retry_after),
    };
    Some(Answer { app, sent, reason, retry_after, phone })
}
