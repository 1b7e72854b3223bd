use mfa::store::Folder;
#[cfg(feature = "postgres")]
use mfa::store::Postgres;
#[cfg(feature = "service")]
use mfa::store::Store;
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::location::Location;
use crate::cli::sealing::{FILES, Outcome, Work, apps};
use crate::cli::{Context, Env, Status, keys};

/// Seal secrets that are plain, or under an older key
#[derive(clap::Args)]
pub struct Args {
    /// Names of apps, or parts of a name, issuer or account that no other app has; without any
    /// all are sealed, and clients.toml and config.toml get a MAC of the key
    #[arg(value_name = "APP")]
    apps: Vec<String>,
    /// Seal with a key of the store's own that a passphrase opens, for people: a gate cannot type
    #[arg(long)]
    passphrase: bool,
    /// Answer with a JSON object: `sealed`, `unchanged`, `failed`, `policy`, and `clients` and
    /// `config`: what became of clients.toml and config.toml
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    sealed: &'a [String],
    unchanged: &'a [String],
    failed: &'a [String],
    policy: &'a [String],
    clients: Option<&'a str>,
    config: Option<&'a str>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    #[cfg(feature = "postgres")]
    if location.find_locked(env)?.folder().is_none() {
        let store = location.find(env)?.expect_database("encrypt")?;
        return in_database(args, &store, location, env);
    }
    let store = store(args, location, env)?;
    keys::expect_key(store.has_keys())?;
    let work = Work {
        action: "encrypt",
        app: Folder::encrypt,
        memory: Folder::seal_policy_memory,
        clients: Folder::seal_clients,
        config: Folder::encrypt_config,
        quota: Folder::seal_sms_quota,
    };
    let done = work.done(&args.apps, &store, location, env)?;
    let words = ["Sealed", "is sealed already", "is authenticated by the key now"];
    let status = say(args, &done, (words, FILES), env);
    #[cfg(feature = "service")]
    say_clients(args, &done.0, &store, env)?;
    Ok(status)
}

/// Seals what is under an older key anew; nothing in a database is plain.
#[cfg(feature = "postgres")]
fn in_database(
    args: &Args,
    store: &Postgres,
    location: &Location,
    env: &mut Env<'_>,
) -> Result<Status> {
    if args.passphrase {
        return Err(CommandError::usage("encrypt --passphrase is for a store in a folder"));
    }
    keys::expect_key(store.has_keys())?;
    let work = Work {
        action: "encrypt",
        app: Postgres::encrypt,
        memory: Postgres::encrypt_policy_memory,
        #[cfg(feature = "service")]
        clients: Postgres::encrypt_clients,
        #[cfg(not(feature = "service"))]
        clients: |_| Ok(false),
        config: |_| Ok(false),
        quota: Postgres::encrypt_sms_quota,
    };
    let done = work.done(&args.apps, store, location, env)?;
    let words = ["Sealed", "is sealed already", "is sealed anew"];
    let status = say(args, &done, (words, ["The list of clients", "The configuration"]), env);
    #[cfg(feature = "service")]
    say_clients(args, &done.0, store, env)?;
    Ok(status)
}

fn say(
    args: &Args,
    (outcome, status): &(Outcome, Status),
    (words, files): ([&str; 3], [&str; 2]),
    env: &mut Env<'_>,
) -> Status {
    if args.json {
        let Outcome { changed, unchanged, failed, policy, clients, config } = outcome;
        env.stdout.json(&Answer {
            sealed: changed,
            unchanged,
            failed,
            policy,
            clients: *clients,
            config: *config,
        });
    } else {
        outcome.say(words, files, env);
    }
    *status
}

/// Says who may call the service from now on, so that a client that somebody has planted is seen.
#[cfg(feature = "service")]
fn say_clients(args: &Args, outcome: &Outcome, store: &dyn Store, env: &mut Env<'_>) -> Result<()> {
    if args.json || outcome.clients != Some("changed") {
        return Ok(());
    }
    for client in store.clients()? {
        let manages = if client.may_manage { " and manage" } else { "" };
        let apps = match &client.scope {
            mfa::client::Scope::AllApps => "all apps".to_owned(),
            mfa::client::Scope::Apps(apps) => {
                apps.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            }
        };
        env.stdout.line(&format!("  {} may verify{manages} {apps}", client.name));
    }
    Ok(())
}

/// Finds the store with the key to seal with, which a new passphrase may have to be thought of for.
fn store(args: &Args, location: &Location, env: &Env<'_>) -> Result<Folder> {
    let asking = || location.find_asking(env)?.expect_folder("encrypt");
    if !args.passphrase {
        return asking();
    }
    if location.names_key(env) {
        return Err(CommandError::usage("a key file is named, which needs no passphrase"));
    }
    let locked = location.find_locked(env)?.expect_folder("encrypt")?;
    if locked.wrapped_key()?.is_some() {
        return asking();
    }
    // Nobody should think of one only to learn that there is no such app.
    apps(&args.apps, &locked)?;
    let key = keys::wrap_new(&locked, env)?;
    let keys = keys::given(vec![key], env)?;
    Ok(locked.with_keys(keys, location.keys.allow_plain))
}
