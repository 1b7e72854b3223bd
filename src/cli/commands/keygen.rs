use std::path::PathBuf;

use mfa::domain::escaped;
use mfa::store::sealing::{Key, KeyId};
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::{Context, Status, files, keys};

/// Make a key file, to keep elsewhere than the store; never replaces a file
#[derive(clap::Args)]
pub struct Args {
    /// The new file, which its owner alone can read
    file: PathBuf,
    /// Name of the key, as sealed secrets bear it; drawn at random without it
    #[arg(long, value_name = "NAME")]
    id: Option<KeyId>,
    /// Answer with a JSON object: `file`, `key`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    file: String,
    key: &'a str,
}

pub fn run(args: &Args, Context { env, .. }: &mut Context<'_>) -> Result<Status> {
    let id = args.id.clone().map_or_else(|| keys::new_id(env), Ok)?;
    let key = Key::generate(id, env.random).map_err(CommandError::no_randomness)?;
    files::write_new(&args.file, key.expose_line().as_bytes())?;
    let file = args.file.to_string_lossy();
    if args.json {
        env.stdout.json(&Answer { file: file.into_owned(), key: key.id().as_str() });
    } else {
        env.stdout.line(&format!("wrote key {} to {}", key.id(), escaped(&file)));
    }
    Ok(Status::Done)
}
