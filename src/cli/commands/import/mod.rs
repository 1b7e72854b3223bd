mod plan;
mod report;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mfa::domain::{AppName, escaped, quoted};
use mfa::store::{Folder, Store, StoreError};
use mfa::transfer::import::{self, Import, ImportError, Parts};
use zeroize::Zeroizing;

use plan::ImportPlan;
use report::{Arrival, Report};

use crate::cli::error::{CommandError, ErrorContext, Result};
use crate::cli::location::Location;
use crate::cli::{Context, Echo, Env, Status, audit, input};


/// The most that is read of a file: what a picture may have; text has its own, lower limit.
const MOST: u64 = 20_000_000;

/// The number of entries from which on a terminal sees how far it is.
const MANY: usize = 200;

/// The reason why a file that is encrypted cannot be read where nobody is asked.
const NOBODY: &str = "nobody can be asked here, --password-stdin reads it from stdin";

/// The number of apps that are written at once; after each of these what came in is durable.
const BATCH: usize = 1000;

/// Bring in what other apps exported; the format is found out
///
/// Reads otpauth URIs one a line, pictures of QR codes, otpauth-migration URIs of Google
/// Authenticator, exports of Aegis, 2FAS, andOTP, `FreeOTP+`, Bitwarden, Ente Auth and Proton
/// Authenticator, pam's `.google_authenticator`, `users.oath`, and a folder of mfa.py. Nothing is ever
/// overwritten. Status 1 where some entries did not come in, 2 where there is none in any file.
#[derive(clap::Args)]
pub struct Args {
    /// Files, folders of mfa.py, or `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only tell what would come in
    #[arg(long)]
    dry_run: bool,
    /// What a file of no known kind is: an old encrypted backup of andOTP bears no sign
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Read the password of an encrypted file from stdin, a line
    #[arg(long)]
    password_stdin: bool,
    /// Answer with a JSON object: `imported`, `skipped`, `refused`, `notes`
    #[arg(long)]
    json: bool,
}

/// The formats that a file itself does not tell.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Andotp,
}

/// What is known of the files besides their entries.
#[derive(Default)]
struct Files {
    notes: Vec<String>,
    parts: Parts,
    /// Whether one of them could not be read.
    failed: bool,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let stdin_twice = args.password_stdin && args.files.iter().any(|file| is_stdin(file));
    if stdin_twice {
        return Err(CommandError::usage("stdin cannot be both the file and the password"));
    }
    let store = location.find(env)?;
    let mut arrivals = ImportPlan::new(&store, (env.clock.now)()?)?;
    let Files { mut notes, parts, failed } = take(args, &mut arrivals, location, env);
    let missing = parts.missing();
    let whole = !failed && missing.is_empty();
    notes.extend(missing);
    let kept = if args.dry_run { Status::Done } else { keep(&store, &mut arrivals, location, env) };
    Report { arrivals: &arrivals.report, notes: &notes, dry_run: args.dry_run }.say(args.json, env);
    if !arrivals.recognised && !failed {
        env.error("no entry was found", None);
    }
    Ok(match kept {
        Status::Done if !arrivals.recognised => Status::Usage,
        Status::Done if !whole || !arrivals.report.iter().all(Arrival::is_in) => Status::Refused,
        kept => kept,
    })
}

/// Reads all files; one that can't be read is told, and keeps none of the others out.
fn take(args: &Args, arrivals: &mut ImportPlan<'_>, location: &Location, env: &mut Env<'_>) -> Files {
    let mut files = Files::default();
    for file in &args.files {
        match read(file, args, env) {
            Ok(import) => {
                files.notes.extend(import.notes);
                files.parts.extend(import.parts);
                arrivals.take(import.found);
            }
            Err(error) => {
                error.tell(env, location);
                files.failed = true;
            }
        }
    }
    files
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn read(file: &Path, args: &Args, env: &mut Env<'_>) -> Result<Import> {
    let shown = || format!("cannot import {}", quoted(&file.to_string_lossy()));
    if file.is_dir() {
        return read_folder(file).map_err(|error| unreadable(error, &shown()));
    }
    let bytes = if is_stdin(file) {
        input::up_to(&mut env.stdin.stream, MOST)
    } else {
        fs::File::open(file).and_then(|mut file| input::up_to(&mut file, MOST))
    };
    let bytes = bytes.map_err(|error| unreadable(error, &shown()))?;
    let mut password = || -> io::Result<Zeroizing<String>> {
        if args.password_stdin {
            return input::line(&mut env.stdin.stream);
        }
        (env.terminal.ask)(&format!("Password of {}: ", escaped(&file.to_string_lossy())), Echo::Hidden)
            .map_err(|error| match error.kind() {
                io::ErrorKind::InvalidData => error,
                _ => io::Error::other(NOBODY),
            })
    };
    match import::read(&bytes, &mut password) {
        Err(ImportError::Unsigned) if args.format == Some(Format::Andotp) => {
            import::read_andotp(&bytes, &mut password)
        }
        read => read,
    }
    .map_err(with_hint)
    .context(shown())
}

fn unreadable(error: io::Error, shown: &str) -> CommandError {
    CommandError::new(Status::Usage, error).context(shown.to_owned())
}

fn with_hint(error: ImportError) -> CommandError {
    let hint = match error {
        ImportError::Foreign { hint, .. } => hint,
        ImportError::Unsigned => "an old encrypted backup of andOTP? say so with --format andotp",
        _ => return error.into(),
    };
    CommandError::from(error).hint(hint)
}

/// Reads a folder of mfa.py: its `secrets`, or that folder itself.
fn read_folder(folder: &Path) -> io::Result<Import> {
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

/// Puts all into the store, and gives the status of what the store failed with; one app that cannot
/// be there keeps none of the others out.
fn keep(
    store: &Folder,
    arrivals: &mut ImportPlan<'_>,
    location: &Location,
    env: &mut Env<'_>,
) -> Status {
    let shown = arrivals.new.len() > MANY && env.stderr.is_terminal;
    let mut step = if shown { (env.terminal.progress)(arrivals.new.len()) } else { Box::new(|| {}) };
    let mut status = Status::Done;
    let mut told = arrivals.report.iter_mut().filter(|arrival| arrival.is_in());
    for batch in arrivals.new.chunks(BATCH) {
        match store.enrol_all(batch, &mut *step) {
            Ok(results) => {
                for (((app, _), result), arrival) in batch.iter().zip(results).zip(&mut told) {
                    status = settled(result, app, arrival, store, env).unwrap_or(status);
                }
            }
            Err(error) => {
                told.for_each(|arrival| arrival.refuse("the store failed".into()));
                return CommandError::from(error).tell(env, location);
            }
        }
    }
    status
}

/// Records that an app came in, or tells why it did not; gives the status of a store that failed.
fn settled(
    result: Result<(), StoreError>,
    app: &AppName,
    arrival: &mut Arrival,
    store: &Folder,
    env: &mut Env<'_>,
) -> Option<Status> {
    let Err(error) = result else {
        audit::record_done(store, app.as_str(), "import", env);
        return None;
    };
    let error = CommandError::from(error);
    arrival.refuse(error.text());
    Some(error.status()).filter(|status| *status != Status::Refused)
}
