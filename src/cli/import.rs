use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use mfa::domain::{AppName, Enrolment, RECOMMENDED_BITS, escaped, quoted};
use mfa::import::{self, Import, Parts};
use mfa::store::{Folder, Store};
use serde::Serialize;
use zeroize::Zeroizing;

use super::arrivals::{Arrival, Arrivals};
use super::location::Location;
use super::status::{self, Usage};
use super::{Echo, Env, Status, audit, input, table};

/// Is what is read of a file at the most: what a picture may have; text has its own, lower limit.
const MOST: u64 = 20_000_000;

/// Is from how many entries on a terminal sees how far it is.
const MANY: usize = 200;

/// Is how many apps are written at once; after each of these what came in is durable.
const BATCH: usize = 1000;

/// Bring in what other apps exported; the format is found out
///
/// Reads otpauth URIs one a line, pictures of QR codes, otpauth-migration URIs of Google
/// Authenticator, exports of Aegis, 2FAS, andOTP, `FreeOTP+`, Bitwarden, Ente Auth and Proton
/// Authenticator, pam's `.google_authenticator`, `users.oath`, and a folder of mfa.py. Nothing is ever
/// overwritten. Status 1 where some entries did not come in, 2 where a file says nothing.
#[derive(clap::Args)]
pub struct Args {
    /// Files, folders of mfa.py, or `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only tell what would come in
    #[arg(long)]
    dry_run: bool,
    /// Read the password of an encrypted file from stdin, a line
    #[arg(long)]
    password_stdin: bool,
    /// Answer with a JSON object: `imported`, `skipped`, `refused`, `notes`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    imported: Vec<&'a str>,
    skipped: Vec<Left<'a>>,
    refused: Vec<Left<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Left<'a> {
    what: &'a str,
    why: &'a str,
}

pub fn run(args: &Args, location: &Location, env: &mut Env<'_>) -> anyhow::Result<Status> {
    let store = location.find(env)?;
    let (mut arrivals, mut status) = (Arrivals::new(&store, (env.clock)()?)?, Status::Done);
    let (mut notes, mut parts) = (Vec::new(), Parts::default());
    for file in &args.files {
        match read(file, args, env) {
            Ok(import) => {
                notes.extend(import.notes);
                parts.extend(import.parts);
                arrivals.take(import.found);
            }
            Err(error) => status = status::tell(env, &error, location),
        }
    }
    notes.extend(parts.missing());
    let mut report = arrivals.report;
    if !args.dry_run {
        keep(&store, &arrivals.new, &mut report, env)?;
    }
    say(args, &report, &notes, env);
    let all = report.iter().all(|arrival| matches!(arrival, Arrival::Imported { .. }));
    Ok(if status == Status::Done && !all { Status::Refused } else { status })
}

fn read(file: &Path, args: &Args, env: &mut Env<'_>) -> anyhow::Result<Import> {
    let shown = || format!("cannot import {}", quoted(&file.to_string_lossy()));
    if file.is_dir() {
        return read_folder(file).with_context(shown);
    }
    let bytes = if file.as_os_str() == "-" {
        if args.password_stdin {
            return Err(Usage::new("stdin cannot be both the file and the password").into());
        }
        input::up_to(&mut env.stdin, MOST)
    } else {
        fs::File::open(file).and_then(|mut file| input::up_to(&mut file, MOST))
    };
    let bytes = bytes.with_context(shown)?;
    let mut password = || -> io::Result<Zeroizing<String>> {
        if args.password_stdin {
            return input::line(&mut env.stdin);
        }
        (env.ask)(&format!("Password of {}: ", escaped(&file.to_string_lossy())), Echo::Hidden)
            .map_err(|_| {
                io::Error::other("nobody can be asked here, --password-stdin reads it from stdin")
            })
    };
    import::read(&bytes, &mut password).with_context(shown)
}

/// Reads a folder of mfa.py: its `secrets`, or that folder itself.
fn read_folder(folder: &Path) -> anyhow::Result<Import> {
    let inner = folder.join("secrets");
    let mut files = Vec::new();
    for entry in fs::read_dir(if inner.is_dir() { &inner } else { folder })? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && !name.starts_with('.') {
            let secret =
                fs::File::open(entry.path()).and_then(|mut file| input::secret(&mut file))?;
            files.push((name, secret));
        }
    }
    files.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(import::mfa_py(files.iter().map(|(name, secret)| (name.as_str(), secret.as_slice()))))
}

/// Puts all into the store; one that cannot be there keeps none of the others out.
fn keep(
    store: &Folder,
    new: &[(AppName, Enrolment)],
    report: &mut [Arrival],
    env: &mut Env<'_>,
) -> anyhow::Result<()> {
    let shown = new.len() > MANY && env.stderr.is_terminal;
    let mut step = if shown { (env.progress)(new.len()) } else { Box::new(|| {}) };
    for batch in new.chunks(BATCH) {
        for ((app, _), result) in batch.iter().zip(store.enrol_all(batch, &mut *step)?) {
            match result {
                Ok(()) => audit::record_done(store, app.as_str(), "import", env),
                Err(error) => Arrival::refuse(report, app, status::text(&error.into())),
            }
        }
    }
    Ok(())
}

fn say(args: &Args, report: &[Arrival], notes: &[String], env: &mut Env<'_>) {
    let (mut imported, mut skipped, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for arrival in report {
        match arrival {
            Arrival::Imported { app, .. } => imported.push(app.as_str()),
            Arrival::Skipped { what, why } => skipped.push(Left { what, why }),
            Arrival::Refused { what, why } => refused.push(Left { what, why }),
        }
    }
    let short =
        report.iter().filter_map(Arrival::bits).filter(|bits| *bits < RECOMMENDED_BITS).count();
    if short > 0 {
        let short = table::count(short, "secret");
        env.warn(&format!("fewer than the {RECOMMENDED_BITS} bits of RFC 4226: {short}"));
    }
    if args.json {
        return env.stdout.json(&Answer { imported, skipped, refused, notes });
    }
    let mut lines = String::new();
    for arrival in report {
        lines += &arrival.to_line(args.dry_run);
    }
    let done = if args.dry_run { "to be imported" } else { "imported" };
    let (imported, skipped, refused) = (imported.len(), skipped.len(), refused.len());
    env.stdout.write(&format!(
        "{lines}{imported} {done}, {skipped} skipped, {refused} refused
"
    ));
    for note in notes {
        env.stderr.line(&format!("note: {}", escaped(note)));
    }
}
