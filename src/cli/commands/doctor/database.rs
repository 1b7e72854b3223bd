//! What is wrong with a store in a database.

use mfa::store::Postgres;
use serde::Serialize;

use super::{Args, Problem};
use crate::cli::Env;
use crate::cli::Status;
use crate::cli::error::{CommandError, Result};

#[derive(Serialize)]
struct Answer {
    store: String,
    apps: usize,
    server: String,
    role: String,
    standby: String,
    clock_synchronised: Option<bool>,
    problems: Vec<Problem>,
}

pub fn run(args: &Args, store: &Postgres, env: &mut Env<'_>) -> Result<Status> {
    if args.fix {
        return Err(CommandError::usage("doctor --fix is for a store in a folder"));
    }
    let found = store.inspect((env.clock.now)()?)?;
    let clock_synchronised = (env.clock.is_synchronised)();
    let mut problems: Vec<_> = found.problems.into_iter().map(Problem::from).collect();
    problems.extend(Problem::of_clock(clock_synchronised));
    let answer = Answer {
        store: store.url().as_str().into(),
        apps: found.apps,
        server: found.server,
        role: found.role,
        standby: found.standby,
        clock_synchronised,
        problems,
    };
    say(&answer, args.json, env);
    Ok(if answer.problems.is_empty() { Status::Done } else { Status::Store })
}

fn say(answer: &Answer, json: bool, env: &mut Env<'_>) {
    if json {
        return env.stdout.json(answer);
    }
    for (what, told) in [
        ("Store", &answer.store),
        ("Apps", &answer.apps.to_string()),
        ("Server", &answer.server),
        ("Role", &answer.role),
        ("Standby", &answer.standby),
    ] {
        env.stdout.line(&format!("{what}: {told}"));
    }
    super::say_clock(answer.clock_synchronised, env);
    super::say_problems(&answer.problems, env);
}
