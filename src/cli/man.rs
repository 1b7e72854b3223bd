use std::path::PathBuf;

use clap_mangen::{Man, generate_to};
use mfa::store::StoreError;

use super::{Env, Status};

/// Print the man page, or write one for each command into a folder
#[derive(clap::Args)]
pub struct Args {
    /// Folder for mfa.1, mfa-list.1, …; pages that are there are replaced
    dir: Option<PathBuf>,
}

pub fn run(args: &Args, env: &mut Env<'_>) -> anyhow::Result<Status> {
    let command = super::command();
    if let Some(dir) = &args.dir {
        generate_to(command, dir)
            .map_err(|source| StoreError::Write { path: dir.clone(), source })?;
        return Ok(Status::Done);
    }
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    env.stdout.write(&String::from_utf8_lossy(&page));
    Ok(Status::Done)
}
