#[cfg(feature = "postgres")]
mod database;

use mfa::domain::{UnixTime, escaped};
use mfa::store::{Finding, Fix, Folder, Store};
use serde::Serialize;

#[cfg(feature = "postgres")]
use crate::cli::any_store::AnyStore;
use crate::cli::error::Result;
use crate::cli::{Context, Env, Status, audit};

/// Show where the store is and what is wrong with it
#[derive(clap::Args)]
pub struct Args {
    /// Mend what is safe to mend: modes, leftovers, images of apps that are in use
    #[arg(long)]
    fix: bool,
    /// Answer with a JSON object: `store`, `apps`, `clock_synchronised`, `problems`, `mended`; for a
    /// database `server`, `role` and `standby` instead of `mended`
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

/// What was found in a store.
struct Checkup {
    problems: Vec<Finding>,
    mended: Vec<Finding>,
    apps: usize,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find(env)?;
    #[cfg(feature = "postgres")]
    if let AnyStore::Postgres(store) = store {
        return database::run(args, &store, env);
    }
    let store = store.expect_folder("doctor")?;
    let now = (env.clock.now)()?;
    let Checkup { problems, mended, apps } = look(&store, now, args.fix, env);
    if !mended.is_empty() {
        // This concerns no single app, and no app can have this name.
        audit::record_done(&store, "-", "doctor", env);
    }
    let clock = (env.clock.is_synchronised)();
    let mut answer = Answer {
        store: store.root().to_string_lossy().into_owned(),
        apps,
        clock_synchronised: clock,
        problems: problems.into_iter().map(Problem::from).collect(),
        mended: mended.into_iter().map(Problem::from).collect(),
    };
    if let Some(file) = location.key_inside(&store, env) {
        let problem = format!("{} is in the store whose secrets it opens", escaped(&file));
        answer.problems.push(Problem { problem, mend: None });
    }
    answer.problems.extend(Problem::of_clock(clock));
    say(&answer, &store, args.json, env);
    Ok(match answer.problems.is_empty() {
        _ if !store.exists() => Status::NoSuchApp,
        true => Status::Done,
        false => Status::Store,
    })
}

/// Finds what is wrong and mends what may be mended.
///
/// It repeats that until nothing more can be mended, since the contents of an unsafe folder are
/// seen only once it is safe.
fn look(store: &Folder, now: UnixTime, fix: bool, env: &mut Env<'_>) -> Checkup {
    let mut mended = Vec::new();
    loop {
        // Inspecting alone does not wait for other processes.
        let held = if fix { store.hold() } else { store.try_hold() };
        let mut problems = store.inspect(now, held.as_ref());
        problems.extend(in_config(store));
        // Without the lock, listing the apps would sweep leftovers away, and nobody would be told.
        let apps = store.apps().map_or(0, |apps| apps.len());
        if !fix {
            return Checkup { problems, mended, apps };
        }
        let (done, left) = mend(problems, held.is_some(), env);
        // A problem that is found again after it was mended does not stay mended.
        if done.iter().all(|finding| mended.contains(finding)) {
            mended.retain(|finding| !done.contains(finding));
            return Checkup { problems: [done, left].concat(), mended, apps };
        }
        mended.extend(done);
    }
}

/// Finds what is wrong in the configuration, where there is something that reads it.
#[cfg(feature = "remote")]
fn in_config(store: &Folder) -> Option<Finding> {
    mfa::config::Config::load(store).err()?.finding()
}

#[cfg(not(feature = "remote"))]
fn in_config(_: &Folder) -> Option<Finding> {
    None
}

/// Mends what is safe to mend, and removes only what is known to belong to no app.
fn mend(problems: Vec<Finding>, held: bool, env: &mut Env<'_>) -> (Vec<Finding>, Vec<Finding>) {
    problems.into_iter().partition(|finding| match &finding.fix {
        None => false,
        Some(Fix::Remove(_)) if !held => false,
        Some(fix) => fix.apply().unwrap_or_else(|error| {
            env.warn(&format!("could not mend it: {}: {error}", finding.problem));
            false
        }),
    })
}

fn say(answer: &Answer, store: &Folder, json: bool, env: &mut Env<'_>) {
    if json {
        return env.stdout.json(answer);
    }
    env.stdout.line(&format!("Store: {}", escaped(&store.root().to_string_lossy())));
    env.stdout.line(&format!("Apps: {}", answer.apps));
    say_clock(answer.clock_synchronised, env);
    for Problem { problem, .. } in &answer.mended {
        env.stdout.line(&format!("Mended: {problem}"));
    }
    say_problems(&answer.problems, env);
}

fn say_clock(is_synchronised: Option<bool>, env: &mut Env<'_>) {
    env.stdout.line(match is_synchronised {
        Some(true) => "Clock: synchronised",
        Some(false) => "Clock: not synchronised",
        None => "Clock: unknown whether it is synchronised",
    });
}

fn say_problems(problems: &[Problem], env: &mut Env<'_>) {
    for Problem { problem, mend } in problems {
        env.stdout.line(&format!("Problem: {problem}"));
        if let Some(mend) = mend {
            env.stdout.line(&format!("  mend it: {mend}"));
        }
    }
    if problems.is_empty() {
        env.stdout.line("Nothing is wrong");
    }
}

impl Problem {
    /// Returns what is wrong with a clock that is known to be left to itself.
    fn of_clock(is_synchronised: Option<bool>) -> Option<Self> {
        let problem = "the clock is not synchronised: codes are judged by a time that may be wrong";
        (is_synchronised == Some(false)).then(|| Self {
            problem: problem.into(),
            mend: Some("timedatectl set-ntp true".into()),
        })
    }
}

impl From<Finding> for Problem {
    fn from(finding: Finding) -> Self {
        Self { problem: finding.problem, mend: finding.fix.map(|fix| fix.to_string()) }
    }
}
