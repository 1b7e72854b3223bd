mod files;
mod moving;
mod plan;
mod read;
mod report;

use std::path::PathBuf;

use mfa::domain::AppName;
use mfa::store::{Store, StoreError};

use files::Files;
use plan::ImportPlan;
use report::{Arrival, Report};

use crate::cli::context::tell;
use crate::cli::error::{CommandError, Result};
use crate::cli::location::Location;
use crate::cli::{Context, Env, Status, audit};

/// The number of entries from which on a progress bar is shown.
const MANY: usize = 200;

/// The number of apps that are written at once; after each such batch they are durable.
const BATCH: usize = 1000;

/// The help for people with an export in hand.
const LONG_HELP: &str = "\
Import what other apps exported; the format is detected

Nothing is ever overwritten: what is there already is skipped, and where a name is taken the new app \
gets a number.

The status is 0 if everything was imported, 1 if something was not (an entry that was skipped or refused, \
a file that could not be read or had no entry, a missing part of an export), and 2 if there was no entry in \
any of the files.

These can be imported:

  otpauth:// URIs, one per line or anywhere in a text or a table

  Pictures (PNG, JPEG, WebP) with one or more QR codes

  Google Authenticator: its export QR codes, or their otpauth-migration:// URIs

  Aegis, 2FAS, andOTP, Ente Auth, Proton Authenticator, Stratum: plain and encrypted

  2FAuth, cotp, FreeOTP+, FreeOTP 1, LastPass Authenticator, Raivo, the browser extension Authenticator

  Bitwarden: JSON, CSV; 1Password, KeePassXC: CSV; KeePass: XML

  google-authenticator-libpam, pam_oath, and the folder of mfa.py

  Hardware tokens: PSKC (RFC 6030), plain and encrypted; the CSV of Microsoft Entra, Token2, privacyIDEA \
and LinOTP; SafeNet's XML; the log of Yubico's personalisation tool

Another store with --from STORE: stop its gates first, or what they accept meanwhile opens again here. \
Its audit log stays where it is.

Codes by counter go on from the counter in the file; kinds other than TOTP, HOTP and Steam Guard are skipped.";

/// Import what other apps exported; the format is detected
#[derive(clap::Args)]
#[command(long_about = LONG_HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub struct Args {
    /// Files, folders of mfa.py, or `-` for stdin
    #[arg(required_unless_present = "from", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Move another store over, a folder or a database, with everything that its codes, policies and
    /// callers remember: a used code stays used
    #[arg(long, value_name = "STORE")]
    #[arg(conflicts_with_all = ["files", "app", "format", "password_stdin", "pskc_key_stdin"])]
    from: Option<PathBuf>,
    /// Name of the app, where the files have a single entry
    #[arg(long, value_name = "NAME")]
    app: Option<AppName>,
    /// Only show what would be imported
    #[arg(long)]
    dry_run: bool,
    /// Format of a file that cannot be recognised: an old encrypted backup of andOTP
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Read the password of each encrypted file from a line of stdin
    #[arg(long)]
    password_stdin: bool,
    /// Read the key of an encrypted PSKC file, in hexadecimal, from a line of stdin
    #[arg(long)]
    pskc_key_stdin: bool,
    /// Answer with a JSON object: `imported`, `skipped`, `refused`, `failed`, `notes`
    #[arg(long)]
    json: bool,
}

/// The formats that cannot be told from the file itself.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Andotp,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    if let Some(from) = &args.from {
        return moving::run(from, args, location, env);
    }
    if args.files.iter().any(|file| read::is_stdin(file)) {
        let twice =
            |what| CommandError::usage(format!("stdin cannot be both the file and the {what}"));
        match (args.password_stdin, args.pskc_key_stdin) {
            (true, _) => return Err(twice("password")),
            (_, true) => return Err(twice("key")),
            _ => {}
        }
    }
    let store = location.find_asking(env)?;
    store.expect_key_if_sealed()?;
    let mut arrivals = ImportPlan::new(&*store, (env.clock.now)()?, args.app.as_ref())?;
    let Files { mut notes, parts, failed } = Files::read(args, &mut arrivals, location, env);
    if args.app.is_some() && arrivals.entries > 1 {
        let error = format!("--app names one entry, and there are {}", arrivals.entries);
        return Err(CommandError::usage(error).hint("without it each is named after its issuer"));
    }
    let missing = parts.missing();
    let whole = failed.is_empty() && missing.is_empty();
    notes.extend(missing);
    let kept =
        if args.dry_run { Status::Done } else { keep(&*store, &mut arrivals, location, env) };
    let (arrivals, dry_run) = (&arrivals.report, args.dry_run);
    Report { arrivals, failed: &failed, notes: &notes, dry_run }.say(args.json, env);
    Ok(match kept {
        Status::Done if arrivals.is_empty() => Status::Usage,
        Status::Done if !whole || !arrivals.iter().all(Arrival::is_in) => Status::Refused,
        kept => kept,
    })
}

/// Enrols everything, and returns the status of a failing store, if any; an app that cannot be
/// enrolled does not stop the others.
fn keep(
    store: &dyn Store,
    arrivals: &mut ImportPlan<'_>,
    location: &Location,
    env: &mut Env<'_>,
) -> Status {
    let shown = arrivals.new.len() > MANY && env.stderr.is_terminal;
    let mut step =
        if shown { (env.terminal.progress)(arrivals.new.len()) } else { Box::new(|| {}) };
    let mut status = Status::Done;
    let mut told = arrivals.report.iter_mut().filter(|arrival| arrival.is_in());
    for batch in arrivals.new.chunks(BATCH) {
        match store.enrol_all(batch, &mut *step) {
            Ok(results) => {
                let done = batch.iter().zip(&results).filter(|(_, result)| result.is_ok());
                audit::record_all_done(store, done.map(|((app, _), _)| app), "import", env);
                for (result, arrival) in results.into_iter().zip(&mut told) {
                    status = refused(result, arrival).unwrap_or(status);
                }
            }
            Err(error) => {
                told.for_each(|arrival| arrival.refuse("the store failed".into()));
                return tell(&CommandError::from(error), env, location);
            }
        }
    }
    status
}

/// Reports why an app was not imported, and returns the status if the store failed.
fn refused(result: Result<(), StoreError>, arrival: &mut Arrival) -> Option<Status> {
    let error = CommandError::from(result.err()?);
    arrival.refuse(error.text());
    Some(error.status()).filter(|status| *status != Status::Refused)
}
