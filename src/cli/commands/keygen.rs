use std::path::PathBuf;

use mfa::domain::escaped;
use mfa::store::sealing::{Key, KeyId};
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::{Context, Env, Status, files, keys};

/// Make a key file, to keep elsewhere than the store; never replaces a file
#[derive(clap::Args)]
pub struct Args {
    /// The new file, which its owner alone can read
    file: PathBuf,
    /// Name of the key, as sealed secrets bear it; drawn at random without it
    #[arg(long, value_name = "NAME")]
    id: Option<KeyId>,
    /// Make the key with which phones are woken instead (VAPID), for `[push]` of the configuration
    #[cfg(feature = "remote")]
    #[arg(long, conflicts_with = "id")]
    push: bool,
    /// Answer with a JSON object: `file`, and `key` with its name or null
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    file: String,
    key: Option<&'a str>,
}

pub fn run(args: &Args, Context { env, .. }: &mut Context<'_>) -> Result<Status> {
    #[cfg(feature = "remote")]
    if args.push {
        let key = mfa::send::VapidKey::generate(env.random).map_err(CommandError::no_randomness)?;
        return write(args, None, &key.expose_line(), env);
    }
    let id = args.id.clone().map_or_else(|| keys::new_id(env), Ok)?;
    let key = Key::generate(id, env.random).map_err(CommandError::no_randomness)?;
    write(args, Some(key.id().as_str()), &key.expose_line(), env)
}

fn write(args: &Args, key: Option<&str>, line: &str, env: &mut Env<'_>) -> Result<Status> {
    files::write_new(&args.file, line.as_bytes())?;
    let file = args.file.to_string_lossy();
    if args.json {
        env.stdout.json(&Answer { file: file.into_owned(), key });
    } else {
        let key = key.map_or_else(|| "the key of web push".into(), |name| format!("key {name}"));
        env.stdout.line(&format!("wrote {key} to {}", escaped(&file)));
    }
    Ok(Status::Done)
}
