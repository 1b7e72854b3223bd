use mfa::domain::AppName;
use mfa::store::Store;
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::sending::{Sender, expect_sent};
use crate::cli::{Context, Status};

/// Send a code by SMS, which opens the app once within five minutes
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
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
    let store = location.find(env)?;
    let sender = Sender::new(&args.app, &store, env)?;
    let sent = sender.send(env).and_then(|asked| expect_sent(asked, &args.app, location));
    let account = store.account(&args.app).ok();
    let phone = account.and_then(|account| account.sms).map(|sms| sms.phone.masked());
    if args.json {
        if let Some(answer) = answer(&args.app, sent.as_ref().err(), phone) {
            env.stdout.json(&answer);
        }
    } else if sent.is_ok() {
        env.stdout.line(&format!("A code is on its way to {}", phone.unwrap_or_default()));
    }
    sent.map(|()| Status::Done)
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
