use mfa::domain::AppName;
use mfa::recovery;
use serde::Serialize;

use crate::cli::error::Result;
use crate::cli::{Context, Status};

/// Withdraw a recovery code; stolen factors stay disabled
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// Answer with a JSON object: `app`, `cancelled`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    cancelled: bool,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    let caller = &(env.process.caller)();
    let cancelled = recovery::cancel(&*store, &args.app, caller, env.clock.now)?;
    if args.json {
        env.stdout.json(&Answer { app: args.app.as_str(), cancelled });
    } else if cancelled {
        env.stdout.line("The recovery code opens nothing any more");
    } else {
        env.stdout.line("There was no recovery code");
    }
    if store.account(&args.app)?.recovery.suspended {
        let command = location.command("unlock", &args.app);
        env.stderr.line(&format!(
            "its factors stay disabled, since they were stolen: {command} enables them"
        ));
    }
    Ok(Status::Done)
}
