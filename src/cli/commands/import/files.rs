//! Going through the files on the command line.

use std::path::Path;

use mfa::domain::{escaped, quoted};
use mfa::transfer::import::{Found, Import, Parts};
use serde::Serialize;

use super::plan::ImportPlan;
use super::{Args, read};

use crate::cli::Env;
use crate::cli::context::tell;
use crate::cli::error::CommandError;
use crate::cli::location::Location;

/// What is known about the files besides their entries.
#[derive(Default)]
pub struct Files {
    pub notes: Vec<String>,
    pub parts: Parts,
    pub failed: Vec<Failed>,
}

/// A file that could not be read or had no entry, and the reason.
#[derive(Serialize)]
pub struct Failed {
    file: String,
    why: String,
}

impl Files {
    /// Reads all files; one of which nothing comes is reported and does not stop the others.
    pub fn read(
        args: &Args,
        arrivals: &mut ImportPlan<'_>,
        location: &Location,
        env: &mut Env<'_>,
    ) -> Self {
        let mut files = Self::default();
        for file in &args.files {
            let faults = match read::file(file, args, env) {
                Ok(import) => files.take(import, arrivals),
                Err(fault) => vec![fault],
            };
            for fault in faults {
                files.fail(file, fault, location, env);
            }
        }
        files
    }

    /// Takes the entries of a file, or returns what is wrong with one that has none.
    fn take(&mut self, import: Import, arrivals: &mut ImportPlan<'_>) -> Vec<CommandError> {
        let faults = faults(&import);
        self.notes.extend(import.notes);
        self.parts.extend(import.parts);
        if faults.is_empty() {
            arrivals.take(import.found);
        }
        faults
    }

    fn fail(&mut self, file: &Path, fault: CommandError, location: &Location, env: &mut Env<'_>) {
        let file = file.to_string_lossy();
        let shown = format!("cannot import {}", quoted(&file));
        self.failed.push(Failed { file: file.into_owned(), why: fault.text() });
        tell(&fault.context(shown), env, location);
    }
}

/// Returns what is wrong with a file in which nothing was recognised as an entry.
fn faults(import: &Import) -> Vec<CommandError> {
    let unread = import.found.iter().map(|found| match found {
        Found::Unread { what, why } => {
            Some(CommandError::usage(escaped(&format!("{what}: {why}"))))
        }
        _ => None,
    });
    match unread.collect::<Option<Vec<_>>>() {
        Some(faults) if faults.is_empty() => {
            vec![CommandError::usage("there is nothing to import in it")]
        }
        faults => faults.unwrap_or_default(),
    }
}
