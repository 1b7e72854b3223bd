use mfa::client::Client;
use mfa::domain::quoted;
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::{Context, Status, audit};

/// Remove a client, whose token is refused from then on
#[derive(clap::Args)]
pub struct Args {
    /// Name or id of the client
    #[arg(value_name = "NAME-or-ID")]
    client: String,
    /// Answer with a JSON object: `name`, `id`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    name: &'a str,
    id: String,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    let mut removed = None;
    store.change_clients(&mut |clients| {
        removed = meant(&args.client, clients).cloned();
        let stays = |client: &&Client| removed.as_ref().is_none_or(|gone| gone.id != client.id);
        clients.iter().filter(stays).cloned().collect()
    })?;
    let Client { name, id, .. } = removed.ok_or_else(|| unknown(&args.client))?;
    audit::record_client(&*store, &name, "clients remove", env);
    if args.json {
        env.stdout.json(&Answer { name: &name, id: id.to_string() });
    } else {
        env.stdout.line(&format!("Removed client {name}"));
    }
    Ok(Status::Done)
}

/// Returns the client of this name or else of this id.
fn meant<'a>(text: &str, clients: &'a [Client]) -> Option<&'a Client> {
    let by_id = || clients.iter().find(|client| client.id.to_string() == text);
    clients.iter().find(|client| client.name == text).or_else(by_id)
}

fn unknown(text: &str) -> CommandError {
    let why = format!("no client has the name or the id {}", quoted(text));
    CommandError::new(Status::NoSuchApp, anyhow::Error::msg(why))
        .hint("mfa clients list names them")
}
