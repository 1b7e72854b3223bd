use std::path::PathBuf;

use clap_mangen::{Man, generate_to};
use mfa::store::StoreError;

use crate::cli::error::{CommandError, Result};
use crate::cli::{Context, Status};

/// Print the man page, or write one for each command into a folder
#[derive(clap::Args)]
pub struct Args {
    /// Folder for mfa.1, mfa-list.1, …; pages that are there are replaced
    dir: Option<PathBuf>,
}

pub fn run(args: &Args, Context { env, .. }: &mut Context<'_>) -> Result<Status> {
    let command = crate::cli::command();
    if let Some(dir) = &args.dir {
        generate_to(command, dir)
            .map_err(|source| StoreError::Write { place: dir.clone().into(), source })?;
        return Ok(Status::Done);
    }
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(CommandError::undelivered)?;
    env.stdout.write_bytes(&page);
    Ok(Status::Done)
}
