use mfa::store::Folder;
use serde::Serialize;

use crate::cli::error::Result;
use crate::cli::sealing::{FILES, Outcome, Work};
use crate::cli::{Context, Status};

/// Write sealed secrets in plain again
#[derive(clap::Args)]
pub struct Args {
    /// Names of apps, or parts of a name, issuer or account that no other app has; without any
    /// all are written, and the MAC of the key is taken off clients.toml and config.toml
    #[arg(value_name = "APP")]
    apps: Vec<String>,
    /// Answer with a JSON object: `decrypted`, `unchanged`, `failed`, `policy`, and `clients` and
    /// `config`: what became of clients.toml and config.toml
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    decrypted: &'a [String],
    unchanged: &'a [String],
    failed: &'a [String],
    policy: &'a [String],
    clients: Option<&'a str>,
    config: Option<&'a str>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?.expect_folder("decrypt")?;
    let work = Work {
        action: "decrypt",
        app: Folder::decrypt,
        memory: Folder::unseal_policy_memory,
        clients: Folder::unseal_clients,
        config: Folder::decrypt_config,
        quota: Folder::unseal_sms_quota,
    };
    let (outcome, status) = work.done(&args.apps, &store, location, env)?;
    if args.json {
        let Outcome { changed, unchanged, failed, policy, clients, config } = &outcome;
        env.stdout.json(&Answer {
            decrypted: changed,
            unchanged,
            failed,
            policy,
            clients: *clients,
            config: *config,
        });
    } else {
        let bears = "is not authenticated by the key any more";
        outcome.say(["Decrypted", "is plain already", bears], FILES, env);
    }
    Ok(status)
}
