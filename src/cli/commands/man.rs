use std::fs;
use std::io;
use std::path::PathBuf;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
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
    let Some(dir) = &args.dir else {
        let page = page(&command).map_err(CommandError::undelivered)?;
        env.stdout.write_bytes(&page);
        return Ok(Status::Done);
    };
    all(&command)
        .into_iter()
        .try_for_each(|command| fs::write(dir.join(file_name(command)), page(command)?))
        .map_err(|source| StoreError::Write { place: dir.clone().into(), source })?;
    Ok(Status::Done)
}

/// Returns a command and all that are below it.
fn all(command: &Command) -> Vec<&Command> {
    std::iter::once(command).chain(command.get_subcommands().flat_map(all)).collect()
}

fn file_name(command: &Command) -> String {
    Man::new(command.clone()).get_filename()
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let source = concat!("mfa ", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source).render(&mut page)?;
    exit_status(command).to_writer(&mut page)?;
    Ok(page)
}

fn exit_status(command: &Command) -> Roff {
    let (common, of_one): (_, &[_]) = match command.get_name() {
        "mfa" => (&Status::MEANINGS[..], &[&Status::OF_CHECK[..], &Status::OF_RUN].concat()),
        "run" => (&[][..], &Status::OF_RUN),
        "check" => (&Status::MEANINGS[..], &Status::OF_CHECK),
        _ => (&Status::MEANINGS[..], &[]),
    };
    let mut section = Roff::new();
    section.control("SH", ["EXIT STATUS"]);
    for (status, meaning) in common.iter().chain(of_one) {
        section.control("TP", []);
        section.text([bold((*status as u8).to_string())]);
        section.text([roman(*meaning)]);
    }
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the statuses on the page of a command.
    fn statuses(command: &'static str) -> String {
        let section = exit_status(&Command::new(command)).render();
        let numbers = section.lines().filter_map(|line| line.strip_prefix("\\fB"));
        numbers.map(|number| number.trim_end_matches("\\fR")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_page_has_the_statuses_that_its_command_can_end_with() {
        assert_eq!(statuses("mfa"), "0 1 2 3 4 5 6 7 10 11 12 13 125 126 127");
        assert_eq!(statuses("check"), "0 1 2 3 4 5 6 7 10 11 12 13");
        assert_eq!(statuses("authenticate"), "0 1 2 3 4 5 6 7");
        assert_eq!(statuses("run"), "125 126 127");
    }
}
