//! The command line: one file per command, with its arguments and its function side by side.

mod any_store;
mod attempt;
mod audit;
mod commands;
mod context;
mod database;
mod drawing;
mod duration;
pub mod env;
mod error;
mod files;
mod first_code;
mod forms;
mod gate;
mod input;
mod issuing;
mod keys;
mod lines;
mod location;
mod named;
mod new_secret;
mod output;
#[cfg(feature = "remote")]
mod pushing;
mod remembering;
mod sealing;
#[cfg(feature = "remote")]
mod sending;
#[cfg(feature = "remote")]
mod server;
mod status;
mod table;
mod usage;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser};

use commands::{Command, ELEVATED};
use context::{Context, tell};
pub use env::{Echo, Env};
pub use input::line;
use location::Location;
pub use output::Output;
pub use status::Status;

/// Enrols second factors, verifies them once, and recovers from losing them
#[derive(Parser)]
#[command(name = "mfa", version, disable_help_subcommand = true, subcommand_required = true)]
#[command(arg_required_else_help = true, after_help = FORMS)]
struct Cli {
    #[command(flatten)]
    location: Location,
    #[command(subcommand)]
    command: Command,
}

const FORMS: &str = "\
Flag form, as in mfa.py, in any order:
  mfa -l                        mfa list
  mfa -c -n ACCOUNT -i ISSUER   mfa create -n ACCOUNT -i ISSUER
  mfa -a APP -o CODE            mfa authenticate APP -o CODE";

/// Returns the definition shared by the parser, the help, the completions and the man pages.
///
/// The parser takes it before any command's arguments are built, and builds those of one command;
/// building all would cost an authentication an eighth of its time.
fn command() -> clap::Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// Returns the same definition with a help that ends with the exit statuses.
fn help(columns: Option<u16>) -> clap::Command {
    let statuses = Status::MEANINGS.iter().chain(&Status::OF_CHECK).chain(&Status::OF_RUN);
    let rows = statuses.map(|(status, meaning)| [(*status as u8).to_string(), (*meaning).into()]);
    let table = table::unheaded(rows, columns.unwrap_or(drawing::USUAL.0));
    command().after_help(format!("{FORMS}\n\nExit status:\n{table}"))
}

/// Reports whether what the parser has to say is the help.
fn shows_help(error: &clap::Error) -> bool {
    use clap::error::ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand};
    matches!(error.kind(), DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand)
}

/// Runs one command, and returns its status, which is the whole of its verdict.
pub fn run(mut env: Env<'_>) -> Status {
    let words = forms::in_words(std::mem::take(&mut env.args));
    let named = forms::command(&words);
    let gate = match named {
        Some(word) if word == "run" => Some(Status::NotRun),
        _ => forms::name_gate(&words).then_some(Status::Usage),
    };
    let columns = env.columns();
    // Without a terminal, the lines of the help are as long as they are.
    let parse = |command: clap::Command| {
        let command = command.term_width(columns.map_or(0, usize::from));
        forms::expect_one_store(&words).and_then(|()| {
            let words = words.iter().cloned();
            command.try_get_matches_from([OsString::from("mfa")].into_iter().chain(words))
        })
    };
    let parsed = match parse(Cli::command()) {
        // Only now, since building all of it takes longer than to say the version.
        Err(error) if shows_help(&error) => parse(help(columns)),
        parsed => parsed,
    }
    .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let status = usage::tell(&mut env, error, gate);
            return delivered(status, &Location::default(), &mut env);
        }
    };
    if env.process.elevated && !cli.command.serves_others() {
        env.error(ELEVATED, Some("call mfa as the user whose store it is"));
        return gate.unwrap_or(Status::Usage);
    }
    let answers = cli.command.answers();
    let mut context = Context { env, location: cli.location };
    let done = cli.command.run(&mut context);
    let Context { env, location } = &mut context;
    let status = done.unwrap_or_else(|error| tell(&error, env, location));
    if answers { delivered(status, location, env) } else { status }
}

/// Turns success into a failure if the answer could not be written to stdout.
fn delivered(status: Status, location: &Location, env: &mut Env<'_>) -> Status {
    match env.stdout.delivered() {
        Ok(()) => status,
        Err(undelivered) => {
            let failed = tell(&undelivered, env, location);
            if status == Status::Done { failed } else { status }
        }
    }
}
