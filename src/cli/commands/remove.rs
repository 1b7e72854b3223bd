use mfa::domain::{AppName, quoted};
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::{Context, Echo, Env, Status, audit, named};

/// Remove apps: secret, state and image
#[derive(clap::Args)]
pub struct Args {
    /// Names of apps, or parts of a name, issuer or account that no other app has
    #[arg(required = true, value_name = "APP")]
    apps: Vec<String>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Answer with a JSON object: `removed`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    removed: Vec<&'a str>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find(env)?;
    // A single wrong name stops the whole removal.
    let apps = named::find_each(&*store, &args.apps)?;
    if !args.yes && !agreed(&apps, env)? {
        env.error("nothing was removed", None);
        return Ok(Status::Refused);
    }
    for app in &apps {
        store.remove(app)?;
        audit::record_done(&*store, app.as_str(), "remove", env);
        if !args.json {
            env.stdout.line(&format!("Removed {app}"));
        }
    }
    if args.json {
        env.stdout.json(&Answer { removed: apps.iter().map(AppName::as_str).collect() });
    }
    Ok(Status::Done)
}

fn agreed(apps: &[AppName], env: &Env<'_>) -> Result<bool> {
    let needs =
        || CommandError::usage("nobody can be asked here").hint("--yes removes without asking");
    if !env.stdin.is_terminal {
        return Err(needs());
    }
    let names = apps.iter().map(|app| quoted(app.as_str())).collect::<Vec<_>>().join(", ");
    let prompt =
        format!("Remove {names} for good? The phone's codes will open nothing any more. [y/N] ");
    let answer = (env.terminal.ask)(&prompt, Echo::Shown).map_err(|_| needs())?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
