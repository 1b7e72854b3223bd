use mfa::client::{Client, Scope};
use mfa::domain::{AppName, UnixTime};
use serde::Serialize;

use crate::cli::error::Result;
use crate::cli::{Context, Status, table};

/// List the clients, what they may ask for, and when they last did so, to the hour
#[derive(clap::Args)]
pub struct Args {
    /// Answer with a JSON array of objects: `name`, `id`, `all_apps`, `apps`, `manage`, `created`,
    /// `expires`, `expired`, `last_used`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    id: String,
    all_apps: bool,
    apps: Vec<&'a str>,
    manage: bool,
    created: String,
    expires: Option<String>,
    expired: bool,
    last_used: Option<String>,
}

const HEADING: [&str; 7] = ["NAME", "ID", "APPS", "MANAGE", "CREATED", "EXPIRES", "LAST USED"];

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let clients = location.find_asking(env)?.clients()?;
    let now = (env.clock.now)()?;
    let entries = clients.iter().map(|client| entry(client, now));
    if args.json {
        env.stdout.json(&entries.collect::<Vec<_>>());
    } else if clients.is_empty() {
        env.stdout.line("No clients defined");
    } else {
        env.stdout.line(&table::fitted(HEADING, entries.map(row), env.columns()));
    }
    Ok(Status::Done)
}

fn entry(client: &Client, now: UnixTime) -> Entry<'_> {
    let apps: &[AppName] = match &client.scope {
        Scope::AllApps => &[],
        Scope::Apps(apps) => apps,
    };
    Entry {
        name: &client.name,
        id: client.id.to_string(),
        all_apps: client.scope == Scope::AllApps,
        apps: apps.iter().map(AppName::as_str).collect(),
        manage: client.may_manage,
        created: client.created.to_rfc3339(),
        expires: client.expires.map(UnixTime::to_rfc3339),
        expired: client.is_expired(now),
        last_used: client.last_used.map(UnixTime::to_rfc3339),
    }
}

fn row(entry: Entry<'_>) -> [String; 7] {
    let unknown = || "-".to_owned();
    let expires = entry.expires.map(|at| if entry.expired { at + ", expired" } else { at });
    [
        entry.name.to_owned(),
        entry.id,
        if entry.all_apps { "all".into() } else { entry.apps.join(", ") },
        if entry.manage { "yes" } else { "no" }.to_owned(),
        entry.created,
        expires.unwrap_or_else(unknown),
        entry.last_used.unwrap_or_else(unknown),
    ]
}
