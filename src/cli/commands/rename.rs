use mfa::domain::{Account, AppName, Push};
use mfa::store::update;
use serde::Serialize;

use crate::cli::error::Result;
use crate::cli::{Context, Status, audit, named};

/// Give an app another name; its secret and what it remembers stay, but for devices that approve
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app, or a part of its name, issuer or account that no other app has
    old: String,
    /// Its new name
    new: AppName,
    /// Answer with a JSON object: `app`, `was`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    was: &'a str,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    let old = named::find(&*store, &args.old)?;
    let had_devices = !store.account(&old)?.push.devices.is_empty();
    store.rename(&old, &args.new)?;
    audit::record_renamed(&*store, old.as_str(), args.new.as_str(), env);
    if args.json {
        env.stdout.json(&Answer { app: args.new.as_str(), was: old.as_str() });
    } else {
        env.stdout.line(&format!("Renamed {old} to {}", args.new));
    }
    if had_devices {
        // Their links and sessions name the app. It is renamed all the same where they stay listed.
        let _ = update(&*store, &args.new, |enrolment| ((), without_devices(&enrolment.account)));
        let command = location.command("devices", &args.new);
        env.warn(&format!(
            "its devices knew the old name, and have to be enrolled again: {command} --add"
        ));
    }
    Ok(Status::Done)
}

fn without_devices(account: &Account) -> Account {
    let push = Push { denied: account.push.denied, ..Push::default() };
    Account { push, ..account.clone() }
}
