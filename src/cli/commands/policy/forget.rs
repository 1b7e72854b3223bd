use mfa::domain::AppName;
use mfa::policy::PolicyMemory;
use serde::Serialize;

use crate::cli::error::Result;
use crate::cli::{Context, Status, audit, table};

/// Forget the devices and locations that are remembered for an app
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// Answer with a JSON object: `app`, `devices`, `locations`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    devices: usize,
    locations: usize,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    if store.policy_memory(&args.app)?.is_none() {
        // Nothing is remembered of an app that is there, and of no other name.
        store.account(&args.app)?;
    }
    let (mut devices, mut locations) = (0, 0);
    store.change_policy_memory(&args.app, &mut |memory| {
        (devices, locations) = counts(memory);
        memory.without_remembered()
    })?;
    audit::record_done(&*store, args.app.as_str(), "policy forget", env);
    if args.json {
        env.stdout.json(&Answer { app: args.app.as_str(), devices, locations });
    } else {
        let (devices, locations) =
            (table::count(devices, "device"), table::count(locations, "location"));
        env.stdout.line(&format!("Forgot {devices} and {locations} of {}", args.app));
    }
    Ok(Status::Done)
}

fn counts(memory: &PolicyMemory) -> (usize, usize) {
    memory.remembered.as_ref().map_or((0, 0), |all| (all.devices.len(), all.locations.len()))
}
