use mfa::domain::{
    AppName, Device, DeviceId, Handle, INVITED_FOR, MOST_DEVICES, TooManyDevices, UnixTime,
};
use mfa::push::{invite, remove};
use mfa::qr::Qr;
use serde::Serialize;

use crate::cli::any_store::AnyStore;
use crate::cli::error::{CommandError, Result};
use crate::cli::location::Location;
use crate::cli::{Context, Env, Status, drawing, table};

/// List the devices that answer push challenges, add one by a link, or remove one
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["add", "remove"]))]
pub struct Args {
    /// Name of the app
    app: AppName,
    /// Show a link that enrols one device within ten minutes; its page asks for a current code as well.
    /// It leads to the `origin` of `config.toml`, where the service has to be
    #[arg(long)]
    add: bool,
    /// Remove a device: it answers no more
    #[arg(long, value_name = "ID")]
    remove: Option<DeviceId>,
    /// Answer with JSON: an array of `id`, `name`, `created`, `last_used`, `notified`; of --add an
    /// object with `app`, `url`, `expires_in`; of --remove one with `app`, `removed`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: String,
    name: &'a str,
    created: String,
    last_used: Option<String>,
    notified: bool,
}

#[derive(Serialize)]
struct Link<'a> {
    app: &'a str,
    url: &'a str,
    expires_in: u64,
}

#[derive(Serialize)]
struct Removed<'a> {
    app: &'a str,
    removed: String,
}

const HEADING: [&str; 5] = ["ID", "NAME", "CREATED", "LAST USED", "NOTIFIED"];

impl Args {
    /// Reports whether the command's product is its output on stdout.
    pub fn answers(&self) -> bool {
        self.remove.is_none()
    }
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    match args.remove {
        Some(id) => remove_one(args, id, &store, env),
        None if args.add => add(args, &store, location, env),
        None => list(args, &store, env),
    }
}

fn list(args: &Args, store: &AnyStore, env: &mut Env<'_>) -> Result<Status> {
    let account = store.account(&args.app)?;
    let entries = account.push.devices.iter().map(entry);
    if args.json {
        env.stdout.json(&entries.collect::<Vec<_>>());
    } else if account.push.devices.is_empty() {
        env.stdout.line("No devices defined");
    } else {
        env.stdout.line(&table::fitted(HEADING, entries.map(row), env.columns()));
    }
    Ok(Status::Done)
}

fn add(args: &Args, store: &AnyStore, location: &Location, env: &mut Env<'_>) -> Result<Status> {
    let origin = store.config()?.reached_at();
    if store.account(&args.app)?.push.devices.len() >= MOST_DEVICES {
        let hint = format!("{} --remove ID", location.command("devices", &args.app));
        let full = anyhow::Error::msg(TooManyDevices.to_string());
        return Err(CommandError::new(Status::Refused, full).hint(hint));
    }
    let mut bits = [0; 16];
    (env.random)(&mut bits).map_err(CommandError::no_randomness)?;
    let link = Handle { app: args.app.clone(), bits };
    let url = origin.link(&link);
    invite(&**store, &link, &(env.process.caller)(), env.clock.now)?;
    if args.json {
        env.stdout.json(&Link { app: args.app.as_str(), url: &url, expires_in: INVITED_FOR });
        return Ok(Status::Done);
    }
    let minutes = INVITED_FOR / 60;
    env.stderr.line(&format!("open this link on the device within {minutes} minutes:"));
    env.stdout.line(&url);
    // What does not fit is in the link all the same.
    if env.stdout.is_terminal
        && let Ok(drawn) = drawing::draw(&Qr::new(&url)?, env)
    {
        env.stdout.write(&drawn);
    }
    Ok(Status::Done)
}

fn remove_one(args: &Args, id: DeviceId, store: &AnyStore, env: &mut Env<'_>) -> Result<Status> {
    let caller = &(env.process.caller)();
    if !remove(&**store, &args.app, id, caller, env.clock.now)? {
        let missing = anyhow::Error::msg(format!("the app has no device {id}"));
        return Err(CommandError::new(Status::NoSuchApp, missing));
    }
    if args.json {
        env.stdout.json(&Removed { app: args.app.as_str(), removed: id.to_string() });
    } else {
        env.stdout.line(&format!("The device {id} answers no more"));
    }
    Ok(Status::Done)
}

fn entry(device: &Device) -> Entry<'_> {
    Entry {
        id: device.id.to_string(),
        name: device.name.as_str(),
        created: device.created.to_rfc3339(),
        last_used: device.last_used.map(UnixTime::to_rfc3339),
        notified: device.subscription.is_some(),
    }
}

fn row(entry: Entry<'_>) -> [String; 5] {
    let notified = if entry.notified { "yes" } else { "no" };
    let last_used = entry.last_used.unwrap_or_else(|| "-".into());
    [entry.id, entry.name.into(), entry.created, last_used, notified.into()]
}
