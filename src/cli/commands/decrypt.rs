use mfa::domain::AppName;
use mfa::store::Folder;
use serde::Serialize;

use super::encrypt::{self, Outcome};
use crate::cli::error::Result;
use crate::cli::{Context, Status};

/// Write sealed secrets in plain again
#[derive(clap::Args)]
pub struct Args {
    /// Names of apps, or parts of a name, issuer or account that no other app has; without any
    /// all are written
    #[arg(value_name = "APP")]
    apps: Vec<String>,
    /// Answer with a JSON object: `decrypted`, `unchanged`, `failed`, `policy`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    decrypted: &'a [String],
    unchanged: &'a [String],
    failed: &'a [String],
    policy: &'a [String],
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    let apps = encrypt::apps(&args.apps, &store)?;
    let open = |store: &Folder, app: &AppName| store.decrypt(app);
    let (outcome, mut status) = encrypt::each(&apps, &store, ("decrypt", open), location, env);
    let mut names = Vec::new();
    if args.apps.is_empty() {
        let unseal = Folder::unseal_policy_memory;
        (names, status) = encrypt::memories(&store, unseal, status, location, env);
    }
    if args.json {
        let Outcome { changed, unchanged, failed } = &outcome;
        env.stdout.json(&Answer { decrypted: changed, unchanged, failed, policy: &names });
    } else {
        outcome.say("Decrypted", "is plain already", env);
        encrypt::say_memories("Decrypted", &names, env);
    }
    Ok(status)
}
