//! The commands that bring an owner back who has lost every factor, each of them a file with its
//! arguments and its function.

mod cancel;
mod issue;
mod using;

use std::path::Path;

use clap::Subcommand;
use mfa::policy::{Policy, Recovery};

use crate::cli::error::Result;
use crate::cli::{Context, Status};

/// Bring back an owner who has lost every factor, by a code that an administrator issues
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: RecoverCommand,
}

#[derive(Subcommand)]
enum RecoverCommand {
    Issue(issue::Args),
    Use(using::Args),
    Cancel(cancel::Args),
}

pub fn run(args: &Args, context: &mut Context<'_>) -> Result<Status> {
    match &args.command {
        RecoverCommand::Issue(args) => issue::run(args, context),
        RecoverCommand::Use(args) => using::run(args, context),
        RecoverCommand::Cancel(args) => cancel::run(args, context),
    }
}

impl Args {
    /// Reports whether the command's product is its output on stdout.
    pub fn answers(&self) -> bool {
        !matches!(self.command, RecoverCommand::Cancel(_))
    }
}

/// Returns what a policy says of recovery, if one is given.
fn rules(policy: Option<&Path>) -> Result<Option<Recovery>> {
    Ok(policy.map(Policy::from_file).transpose()?.map(|policy| policy.recovery))
}
