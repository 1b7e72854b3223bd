//! The commands of a policy, each of them a file with its arguments and its function.

mod check;
mod forget;
mod report;

use std::path::PathBuf;

use clap::Subcommand;
use mfa::policy::Policy;

use crate::cli::error::Result;
use crate::cli::{Context, Status};

/// Decide by a policy whether a factor is asked for
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Subcommand)]
enum PolicyCommand {
    Check(check::Args),
    Report(report::Args),
    Forget(forget::Args),
}

/// The policy, for the commands that go by one.
#[derive(clap::Args)]
struct PolicyArgs {
    /// The policy, in YAML: a file that only root and you can write
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
}

impl PolicyArgs {
    fn read(&self) -> Result<Policy> {
        Ok(Policy::from_file(&self.policy)?)
    }
}

pub fn run(args: &Args, context: &mut Context<'_>) -> Result<Status> {
    match &args.command {
        PolicyCommand::Check(args) => check::run(args, context),
        PolicyCommand::Report(args) => report::run(args, context),
        PolicyCommand::Forget(args) => forget::run(args, context),
    }
}

impl Args {
    /// Reports whether the command's product is its output on stdout.
    pub fn answers(&self) -> bool {
        matches!(self.command, PolicyCommand::Report(_))
    }
}
