use mfa::domain::AppName;
use mfa::store::{Folder, Store, StoreError};
use serde::Serialize;

use crate::cli::context::tell;
use crate::cli::error::{CommandError, Result};
use crate::cli::location::Location;
use crate::cli::{Context, Env, Status, audit, keys, named};

/// Seal secrets that are plain, or under an older key
#[derive(clap::Args)]
pub struct Args {
    /// Names of apps, or parts of a name, issuer or account that no other app has; without any
    /// all are sealed
    #[arg(value_name = "APP")]
    apps: Vec<String>,
    /// Seal with a key of the store's own that a passphrase opens, for people: a gate cannot type
    #[arg(long)]
    passphrase: bool,
    /// Answer with a JSON object: `sealed`, `unchanged`, `failed`, `policy`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    sealed: &'a [String],
    unchanged: &'a [String],
    failed: &'a [String],
    policy: &'a [String],
}

/// What became of each app.
#[derive(Default)]
pub struct Outcome {
    pub changed: Vec<String>,
    pub unchanged: Vec<String>,
    pub failed: Vec<String>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = store(args, location, env)?;
    keys::expect_key(&store)?;
    let apps = apps(&args.apps, &store)?;
    let seal = |store: &Folder, app: &AppName| store.encrypt(app);
    let (outcome, mut status) = each(&apps, &store, ("encrypt", seal), location, env);
    let mut names = Vec::new();
    if args.apps.is_empty() {
        (names, status) = memories(&store, Folder::seal_policy_memory, status, location, env);
    }
    if args.json {
        let Outcome { changed, unchanged, failed } = &outcome;
        env.stdout.json(&Answer { sealed: changed, unchanged, failed, policy: &names });
    } else {
        outcome.say("Sealed", "is sealed already", env);
        say_memories("Sealed", &names, env);
    }
    Ok(status)
}

/// Finds the store with the key to seal with, which a new passphrase may have to be thought of for.
fn store(args: &Args, location: &Location, env: &Env<'_>) -> Result<Folder> {
    if !args.passphrase {
        return location.find_asking(env);
    }
    if location.names_key(env) {
        return Err(CommandError::usage("a key file is named, which needs no passphrase"));
    }
    let locked = location.find_locked(env)?;
    if locked.wrapped_key()?.is_some() {
        return location.find_asking(env);
    }
    // Nobody should think of one only to learn that there is no such app.
    apps(&args.apps, &locked)?;
    let key = keys::wrap_new(&locked, env)?;
    location.keys.given(locked, vec![key], env)
}

/// Finds the apps that the arguments mean: without any, all.
pub fn apps(named: &[String], store: &Folder) -> Result<Vec<AppName>> {
    if named.is_empty() {
        return Ok(store.apps()?);
    }
    named::find_each(store, named)
}

/// Does the same to what the policy remembers of each name, enrolled or not; one that fails determines
/// the status, and does not stop the others.
pub fn memories(
    store: &Folder,
    act: impl Fn(&Folder, &AppName) -> Result<bool, StoreError>,
    mut status: Status,
    location: &Location,
    env: &mut Env<'_>,
) -> (Vec<String>, Status) {
    let mut changed = Vec::new();
    let names = match store.policy_names() {
        Ok(names) => names,
        // There is nothing to remember without a store.
        Err(StoreError::NoStore(_)) => return (changed, status),
        Err(error) => return (changed, tell(&CommandError::from(error), env, location)),
    };
    for name in &names {
        match act(store, name) {
            Ok(true) => changed.push(name.to_string()),
            Ok(false) => {}
            Err(error) => status = tell(&CommandError::from(error), env, location),
        }
    }
    (changed, status)
}

/// Says of whom the policy's memory was changed.
pub fn say_memories(done: &str, names: &[String], env: &mut Env<'_>) {
    for name in names {
        env.stdout.line(&format!("{done} what the policy remembers of {name}"));
    }
}

/// Does the same to each app; one that fails determines the status, and does not stop the others.
pub fn each(
    apps: &[AppName],
    store: &Folder,
    (action, act): (&str, impl Fn(&Folder, &AppName) -> Result<bool, StoreError>),
    location: &Location,
    env: &mut Env<'_>,
) -> (Outcome, Status) {
    let (mut outcome, mut status) = (Outcome::default(), Status::Done);
    for app in apps {
        match act(store, app) {
            Ok(true) => {
                audit::record_done(store, app.as_str(), action, env);
                outcome.changed.push(app.to_string());
            }
            Ok(false) => outcome.unchanged.push(app.to_string()),
            // Removed since it was listed.
            Err(StoreError::NoSuchApp(_)) => {}
            Err(error) => {
                status = tell(&CommandError::from(error), env, location);
                outcome.failed.push(app.to_string());
            }
        }
    }
    (outcome, status)
}

impl Outcome {
    /// Says what became of the apps, a line for each.
    pub fn say(&self, done: &str, is_so: &str, env: &mut Env<'_>) {
        for app in &self.changed {
            env.stdout.line(&format!("{done} {app}"));
        }
        for app in &self.unchanged {
            env.stdout.line(&format!("{app} {is_so}"));
        }
        if self.changed.is_empty() && self.unchanged.is_empty() && self.failed.is_empty() {
            env.stdout.line("No Apps defined");
        }
    }
}
