//! The report of an import: the outcome of each entry, and the totals.

use mfa::domain::{AppName, Otp, RECOMMENDED_BITS, escaped, quoted};
use serde::Serialize;

use super::files::Failed;

use crate::cli::{Env, named};

/// The number of bytes that are written at a time, so that a large report needs few system calls
/// and little memory.
const LINES: usize = 64 * 1024;

/// The outcome of one entry.
pub enum Arrival {
    Imported {
        app: AppName,
        otp: Otp,
        bits: usize,
        /// The label that could not be a name.
        unfit: Option<String>,
        /// The name that was in use.
        wanted: Option<AppName>,
    },
    Skipped {
        what: String,
        why: String,
    },
    Refused {
        what: String,
        why: String,
    },
}

/// The outcomes in their order, the files without any, and further remarks for the user.
pub struct Report<'a> {
    pub arrivals: &'a [Arrival],
    pub failed: &'a [Failed],
    pub notes: &'a [String],
    pub dry_run: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    imported: Vec<&'a str>,
    skipped: Vec<Left<'a>>,
    refused: Vec<Left<'a>>,
    failed: &'a [Failed],
    notes: &'a [String],
}

#[derive(Serialize)]
struct Left<'a> {
    what: &'a str,
    why: &'a str,
}

impl Arrival {
    /// Turns an entry that was to be imported into one that was refused.
    pub fn refuse(&mut self, why: String) {
        if let Self::Imported { app, .. } = self {
            *self = Self::Refused { what: app.to_string(), why };
        }
    }

    pub fn is_in(&self) -> bool {
        matches!(self, Self::Imported { .. })
    }

    /// Returns the app if it was imported with a secret that is shorter than it should be.
    fn short(&self) -> Option<&AppName> {
        match self {
            Self::Imported { app, bits, .. } if *bits < RECOMMENDED_BITS => Some(app),
            _ => None,
        }
    }

    fn to_line(&self, dry_run: bool) -> String {
        match self {
            Self::Imported { app, otp, unfit, wanted, .. } => {
                let done = if dry_run { "Would import" } else { "Imported" };
                format!("{done} {app}{}\n", remarks(*otp, unfit.as_deref(), wanted.as_ref()))
            }
            Self::Skipped { what, why } => format!("Skipped {what}: {why}\n"),
            Self::Refused { what, why } => format!("Refused {what}: {why}\n"),
        }
    }
}

/// Says what sets the codes apart, and why an app is not called what its label says.
fn remarks(otp: Otp, unfit: Option<&str>, wanted: Option<&AppName>) -> String {
    let kind = match otp {
        Otp::Totp(_) => None,
        Otp::Hotp(_) => Some("codes by counter".into()),
        Otp::Steam => Some("codes of Steam Guard".into()),
    };
    let unfit = unfit.map(|label| format!("{} cannot be a name", quoted(label)));
    let taken = wanted.map(|name| format!("there is an app {} already", quoted(name.as_str())));
    let remarks: Vec<_> = [kind, unfit, taken].into_iter().flatten().collect();
    if remarks.is_empty() { String::new() } else { format!(" ({})", remarks.join("; ")) }
}

impl Report<'_> {
    pub fn say(&self, json: bool, env: &mut Env<'_>) {
        if json {
            env.stdout.json(&self.answer());
        } else {
            self.lines(env);
        }
        let short: Vec<_> = self.arrivals.iter().filter_map(Arrival::short).collect();
        if !short.is_empty() {
            let short = named::first(short.iter().map(|app| quoted(app.as_str())));
            env.warn(&format!(
                "secrets of fewer than the {RECOMMENDED_BITS} bits of RFC 4226: {short}"
            ));
        }
    }

    fn answer(&self) -> Answer<'_> {
        let (mut imported, mut skipped, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for arrival in self.arrivals {
            match arrival {
                Arrival::Imported { app, .. } => imported.push(app.as_str()),
                Arrival::Skipped { what, why } => skipped.push(Left { what, why }),
                Arrival::Refused { what, why } => refused.push(Left { what, why }),
            }
        }
        Answer { imported, skipped, refused, failed: self.failed, notes: self.notes }
    }

    fn lines(&self, env: &mut Env<'_>) {
        let mut lines = String::with_capacity(LINES);
        for arrival in self.arrivals {
            lines += &arrival.to_line(self.dry_run);
            if lines.len() > LINES / 2 {
                env.stdout.write(&lines);
                lines.clear();
            }
        }
        env.stdout.write(&(lines + &self.sum()));
        for note in self.notes {
            env.stderr.line(&format!("note: {}", escaped(note)));
        }
    }

    fn sum(&self) -> String {
        let Answer { imported, skipped, refused, .. } = self.answer();
        let done = if self.dry_run { "to be imported" } else { "imported" };
        let (imported, skipped, refused) = (imported.len(), skipped.len(), refused.len());
        format!("{imported} {done}, {skipped} skipped, {refused} refused\n")
    }
}
