use mfa::store::{Finding, Folder, Mend, Store};
use serde::Serialize;

use super::location::Location;
use super::{Env, Status};

/// Tell where the store is and what is wrong with it
#[derive(clap::Args)]
pub struct Args {
    /// Mend what is safe to mend: modes, leftovers, images of apps that are in use
    #[arg(long)]
    fix: bool,
    /// Answer with a JSON object: `store`, `apps`, `clock_synchronised`, `problems`, `mended`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer {
    store: String,
    apps: usize,
    clock_synchronised: Option<bool>,
    problems: Vec<Problem>,
    mended: Vec<Problem>,
}

#[derive(Serialize)]
struct Problem {
    problem: String,
    mend: Option<String>,
}

pub fn run(args: &Args, location: &Location, env: &mut Env<'_>) -> anyhow::Result<Status> {
    let store = location.find(env)?;
    let now = (env.clock)()?;
    let mut problems = store.inspect(now);
    let mended =
        if args.fix { mend_all(&mut problems, || store.inspect(now), env) } else { Vec::new() };
    let clock = (env.clock_is_synchronised)();
    let mut answer = Answer {
        store: store.root().to_string_lossy().into_owned(),
        apps: store.apps().map_or(0, |apps| apps.len()),
        clock_synchronised: clock,
        problems: problems.into_iter().map(Problem::from).collect(),
        mended: mended.into_iter().map(Problem::from).collect(),
    };
    if clock == Some(false) {
        let problem =
            "the clock is not synchronised: codes are judged by a time that may be wrong".into();
        answer.problems.push(Problem { problem, mend: Some("timedatectl set-ntp true".into()) });
    }
    say(&answer, &store, args.json, env);
    Ok(if answer.problems.is_empty() { Status::Done } else { Status::Store })
}

/// Mends what is safe to mend, and looks again until nothing helps: what lies in an unsafe folder
/// is seen once that is mended.
fn mend_all(
    problems: &mut Vec<Finding>,
    inspect: impl Fn() -> Vec<Finding>,
    env: &mut Env<'_>,
) -> Vec<Finding> {
    let mut mended = Vec::new();
    loop {
        let (done, left) = mend(std::mem::take(problems), env);
        if done.is_empty() {
            *problems = left;
            return mended;
        }
        mended.extend(done);
        *problems = inspect();
    }
}

fn mend(problems: Vec<Finding>, env: &mut Env<'_>) -> (Vec<Finding>, Vec<Finding>) {
    problems.into_iter().partition(|finding| match finding.mend.as_ref().map(Mend::apply) {
        Some(Ok(done)) => done,
        Some(Err(error)) => {
            env.warn(&format!("could not mend it: {}: {error}", finding.problem));
            false
        }
        None => false,
    })
}

fn say(answer: &Answer, store: &Folder, json: bool, env: &mut Env<'_>) {
    if json {
        return env.stdout.json(answer);
    }
    env.stdout.line(&format!("Store: {}", mfa::domain::escaped(&store.root().to_string_lossy())));
    env.stdout.line(&format!("Apps: {}", answer.apps));
    env.stdout.line(match answer.clock_synchronised {
        Some(true) => "Clock: synchronised",
        Some(false) => "Clock: not synchronised",
        None => "Clock: cannot be told whether it is synchronised",
    });
    for Problem { problem, .. } in &answer.mended {
        env.stdout.line(&format!("Mended: {problem}"));
    }
    for Problem { problem, mend } in &answer.problems {
        env.stdout.line(&format!("Problem: {problem}"));
        if let Some(mend) = mend {
            env.stdout.line(&format!("  mend it: {mend}"));
        }
    }
    if answer.problems.is_empty() {
        env.stdout.line("Nothing is wrong");
    }
}

impl From<Finding> for Problem {
    fn from(finding: Finding) -> Self {
        Self { problem: finding.problem, mend: finding.mend.map(|mend| mend.to_string()) }
    }
}
