//! The commands on the callers of the service, each of them a file with its arguments and its
//! function.

mod add;
mod list;
mod remove;

use clap::Subcommand;

use crate::cli::error::Result;
use crate::cli::{Context, Status};

/// Add, list and remove the programs that may call the service
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: ClientsCommand,
}

#[derive(Subcommand)]
enum ClientsCommand {
    Add(add::Args),
    List(list::Args),
    Remove(remove::Args),
}

pub fn run(args: &Args, context: &mut Context<'_>) -> Result<Status> {
    match &args.command {
        ClientsCommand::Add(args) => add::run(args, context),
        ClientsCommand::List(args) => list::run(args, context),
        ClientsCommand::Remove(args) => remove::run(args, context),
    }
}

impl Args {
    /// Reports whether the command's product is its output on stdout.
    pub fn answers(&self) -> bool {
        !matches!(self.command, ClientsCommand::Remove(_))
    }
}
