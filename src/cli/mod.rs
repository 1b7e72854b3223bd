//! The command line: one file a command, its arguments and its function side by side.

mod arrivals;
mod attempt;
mod audit;
mod authenticate;
mod backup_codes;
mod code;
mod completions;
mod confirm;
mod create;
mod departures;
mod doctor;
mod drawing;
mod env;
mod export;
mod files;
mod forms;
mod import;
mod input;
mod list;
mod location;
mod log;
mod man;
mod named;
mod new_password;
mod qr;
mod remove;
mod rename;
mod report;
mod run;
mod status;
mod table;
mod unlock;
mod uri;
mod usage;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use env::{Echo, Env, Output};
pub use input::line;
use location::Location;
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

#[derive(Subcommand)]
#[command(defer = true)]
enum Command {
    List(list::Args),
    Create(create::Args),
    Authenticate(authenticate::Args),
    Run(run::Args),
    Code(code::Args),
    Uri(uri::Args),
    Qr(qr::Args),
    Rename(rename::Args),
    Remove(remove::Args),
    Import(import::Args),
    Export(export::Args),
    BackupCodes(backup_codes::Args),
    Unlock(unlock::Args),
    Log(log::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Command {
    /// Reports whether stdout is what the command is called for.
    ///
    /// The gates answer by their status. What the others have done stays done, whether or not
    /// somebody could read of it; a status that says otherwise would have them called again.
    fn answers(&self) -> bool {
        !matches!(
            self,
            Self::Authenticate(_)
                | Self::Run(_)
                | Self::Create(_)
                | Self::Rename(_)
                | Self::Remove(_)
                | Self::Import(_)
                | Self::Unlock(_)
        )
    }

    /// Reports whether the command is safe with rights that its caller lacks: it becomes and starts no
    /// program, and reads and writes no file but those of the store.
    fn serves_others(&self) -> bool {
        matches!(self, Self::Authenticate(_) | Self::List(_) | Self::Log(_))
    }
}

/// Says why a command is refused to whoever lacks the rights that the program has.
const ELEVATED: &str =
    "with rights that are not the caller's, only authenticate, list and log go on";

const FORMS: &str = "\
Flag form, as in mfa.py, in any order:
  mfa -l                        mfa list
  mfa -c -n ACCOUNT -i ISSUER   mfa create -n ACCOUNT -i ISSUER
  mfa -a APP -o CODE            mfa authenticate APP -o CODE

Exit status:
  0  done; for authenticate: accepted
  1  refused: wrong, expired or already used; for create: the app exists already
  2  usage, a code that is no code, a bad name, a logo that is none
  3  throttled or disabled: the code was not looked at
  4  no such app
  5  the store is unsafe or damaged
  6  could not write: an outcome that can't be recorded is refused
  7  clock or randomness unusable
  run: the command's own; 125 refused, 126 not executable, 127 not found";

/// Gives the definition that the parser, the help, the completions and the man pages share.
///
/// The parser takes it before the arguments of all commands are built, and builds those of one:
/// all of them would cost an authentication an eighth of its time.
fn command() -> clap::Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// Runs one command; what it returns is the whole of its verdict.
pub fn run(mut env: Env<'_>) -> Status {
    let words = forms::in_words(std::mem::take(&mut env.args));
    let gate = match forms::command(&words) {
        Some(word) if word == "run" => Some(Status::NotRun),
        _ => forms::name_authenticate(&words).then_some(Status::Usage),
    };
    let command = if words.is_empty() { command() } else { Cli::command() };
    let parsed = forms::expect_one_store(&words)
        .and_then(|()| {
            command.try_get_matches_from([OsString::from("mfa")].into_iter().chain(words))
        })
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let status = usage::tell(&mut env, error, gate);
            return delivered(status, &Location::default(), &mut env);
        }
    };
    if env.elevated && !cli.command.serves_others() {
        env.error(ELEVATED, Some("call mfa as the user whose store it is"));
        return gate.unwrap_or(Status::Usage);
    }
    let answers = cli.command.answers();
    let location = cli.location;
    let done = match cli.command {
        Command::List(args) => list::run(&args, &location, &mut env),
        Command::Create(args) => create::run(&args, &location, &mut env),
        Command::Run(args) => Ok(run::run(&args, &location, &mut env)),
        Command::Import(args) => import::run(&args, &location, &mut env),
        Command::Export(args) => export::run(&args, &location, &mut env),
        Command::BackupCodes(args) => backup_codes::run(&args, &location, &mut env),
        Command::Unlock(args) => unlock::run(&args, &location, &mut env),
        Command::Log(args) => log::run(&args, &location, &mut env),
        Command::Code(args) => code::run(&args, &location, &mut env),
        Command::Uri(args) => uri::run(&args, &location, &mut env),
        Command::Qr(args) => qr::run(&args, &location, &mut env),
        Command::Rename(args) => rename::run(&args, &location, &mut env),
        Command::Remove(args) => remove::run(&args, &location, &mut env),
        Command::Doctor(args) => doctor::run(&args, &location, &mut env),
        Command::Completions(args) => Ok(completions::run(&args, &mut env)),
        Command::Man(args) => man::run(&args, &mut env),
        Command::Authenticate(args) => authenticate::run(&args, &location, &mut env),
    };
    let status = done.unwrap_or_else(|error| status::tell(&mut env, &error, &location));
    if answers { delivered(status, &location, &mut env) } else { status }
}

/// Turns success into a failure where stdout did not take the answer.
fn delivered(status: Status, location: &Location, env: &mut Env<'_>) -> Status {
    match env.stdout.delivered() {
        Err(undelivered) if status == Status::Done => {
            status::tell(env, &undelivered.into(), location)
        }
        _ => status,
    }
}
