use mfa::store::GRANTS;
use serde::Serialize;

use crate::cli::error::Result;
use crate::cli::{Context, Status};

/// Make the tables of a store in a database, or bring older ones up, and show what its roles need
#[derive(clap::Args)]
pub struct Args {
    /// Answer with a JSON object: `changed`, `grants`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer {
    changed: bool,
    grants: &'static str,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_locked(env)?.expect_database("init")?;
    let changed = store.init()?;
    if args.json {
        env.stdout.json(&Answer { changed, grants: GRANTS });
        return Ok(Status::Done);
    }
    // What is printed goes straight into psql.
    env.stdout.line(if changed { "-- The tables are made" } else { "-- The tables are there" });
    env.stdout.write(GRANTS);
    Ok(Status::Done)
}
