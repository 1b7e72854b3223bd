mod password;
mod selection;
mod write;

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use mfa::domain::{AppName, escaped, quoted};
use mfa::qr::Qr;
use mfa::store::Store;
use mfa::transfer::export::{self, Entry, ExportError, Migration, Part};
use serde::Serialize;
use zeroize::Zeroizing;

use selection::{LeftOut, Selection, Why};

use crate::cli::error::{CommandError, Result};
use crate::cli::{Context, Env, Status, audit, named};

/// Export apps, secrets and all, in a format that other apps import
#[derive(clap::Args)]
pub struct Args {
    /// Names of apps, or parts of a name, issuer or account that no other app has; if none is given,
    /// all apps
    #[arg(value_name = "APP")]
    apps: Vec<String>,
    /// Format of the export
    #[arg(long, value_enum, default_value_t = Format::Uri)]
    format: Format,
    /// Write to a private file, never over another; `migration` writes FILE.png or, for more than ten
    /// apps, FILE-1.png, FILE-2.png …
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Read the password of the new vault from a line of stdin
    #[arg(long)]
    password_stdin: bool,
    /// Show secrets even if stdout is a terminal
    #[arg(short, long)]
    yes: bool,
    /// Answer with a JSON object: `exported`, `left_out`, `output`; needs --output
    #[arg(long, requires = "output")]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// otpauth URIs, one per line
    Uri,
    /// A vault of Aegis without a password
    Aegis,
    /// A vault of Aegis with a password
    AegisEncrypted,
    /// QR codes that Google Authenticator scans, or, on a stdout that is no terminal, their URIs, one
    /// per line
    Migration,
}

#[derive(Serialize)]
struct Answer<'a> {
    exported: Vec<&'a str>,
    left_out: Vec<&'a str>,
    output: Vec<String>,
}

/// An export, and the apps that its format cannot express.
struct Export {
    form: Form,
    left_out: Vec<LeftOut>,
}

/// The form of an export: one text, or a picture for each part.
enum Form {
    Text(Zeroizing<Vec<u8>>),
    Codes(Vec<Qr>),
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    if args.output.is_none() && env.stdout.is_terminal && !args.yes {
        return Err(CommandError::usage("this would show secrets on the terminal")
            .hint("--output FILE writes them to a file; --yes shows them"));
    }
    let store = location.find_asking(env)?;
    let selection = Selection::read(&args.apps, &*store)?;
    if selection.is_empty() {
        return Ok(selection::tell_nothing(&store, env));
    }
    let Selection { entries, left_out: unreadable } = selection;
    let (mut written, mut left_out) = (Vec::new(), Vec::new());
    if !entries.is_empty() {
        let export = export(args, &entries, env)?;
        written = write::write(&export.form, args.output.as_deref(), env)?;
        left_out = export.left_out;
    }
    left_out.extend(unreadable);
    let stay: BTreeSet<&AppName> = left_out.iter().map(|left| &left.app).collect();
    let exported: Vec<&AppName> =
        entries.iter().map(|(app, _)| app).filter(|app| !stay.contains(app)).collect();
    warn_of_tokens(&entries, &exported, env);
    record(&exported, &*store, env);
    say(args, &exported, &left_out, &written, env);
    Ok(left_out.into_iter().fold(Status::Done, |_, left| left.tell(location, env)))
}

/// Warns where an app is a hardware token's, which learns its drift: what is imported does not.
fn warn_of_tokens(entries: &[Entry], exported: &[&AppName], env: &mut Env<'_>) {
    let tokens = entries
        .iter()
        .filter(|(app, entry)| entry.account.drift.is_some() && exported.contains(&app));
    let names: Vec<_> = tokens.map(|(app, _)| quoted(app.as_str())).collect();
    if !names.is_empty() {
        let names = named::first(names.into_iter());
        env.warn(&format!("exported like a phone's, without the drift of its clock: {names}"));
    }
}

/// Logs what was exported, or that it could not be written to stdout.
fn record(exported: &[&AppName], store: &dyn Store, env: &mut Env<'_>) {
    let failed = env.stdout.failed.as_ref();
    // A reader that closes the pipe has what it wanted.
    let arrived = failed.is_none_or(|error| error.kind() == io::ErrorKind::BrokenPipe);
    let record = if arrived { audit::record_done } else { audit::record_undelivered };
    for app in exported {
        record(store, app.as_str(), "export", env);
    }
}

fn say(
    args: &Args,
    exported: &[&AppName],
    left_out: &[LeftOut],
    written: &[PathBuf],
    env: &mut Env<'_>,
) {
    if !args.json {
        for path in written {
            env.stderr.line(&format!("wrote {}", escaped(&path.to_string_lossy())));
        }
        return;
    }
    let exported = exported.iter().map(|app| app.as_str()).collect();
    let left_out = left_out.iter().map(|left| left.app.as_str()).collect();
    let output = written.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    env.stdout.json(&Answer { exported, left_out, output });
}

fn export(args: &Args, entries: &[Entry], env: &mut Env<'_>) -> Result<Export> {
    let random = env.random;
    let random = &mut |bytes: &mut [u8]| random(bytes).map_err(CommandError::no_randomness);
    let failed = |error| match error {
        ExportError::Random(error) => error,
        // The only other case is a failure of a cipher or an encoder.
        _ => CommandError::usage("the export could not be made"),
    };
    let text = match args.format {
        Format::Uri => Zeroizing::new(export::uri(entries).as_bytes().to_vec()),
        Format::Aegis => export::aegis(entries, random).map_err(failed)?,
        Format::AegisEncrypted => {
            let password = password::get(args.password_stdin, env)?;
            Zeroizing::new(export::aegis_encrypted(entries, &password, random).map_err(failed)?)
        }
        Format::Migration => {
            let drawn = args.output.is_some() || env.stdout.is_terminal;
            return parts(export::migration(entries, random)?, drawn);
        }
    };
    Ok(Export { form: Form::Text(text), left_out: Vec::new() })
}

/// Returns the parts of a migration as QR codes or, for other programs to read, as URIs.
fn parts(Migration { parts, left_out }: Migration, drawn: bool) -> Result<Export> {
    let form = if drawn {
        Form::Codes(parts.iter().map(|part| Qr::new(&part.uri)).collect::<Result<_, _>>()?)
    } else {
        Form::Text(lines(&parts))
    };
    let left_out = left_out.into_iter();
    let left_out = left_out.map(|(app, why)| LeftOut { app, why: Why::Inexpressible(why) });
    Ok(Export { form, left_out: left_out.collect() })
}

fn lines(parts: &[Part]) -> Zeroizing<Vec<u8>> {
    // Reserved in full, so that no reallocation leaves an unwiped copy behind.
    let length = parts.iter().map(|part| part.uri.len() + 1).sum();
    let mut text = Zeroizing::new(Vec::with_capacity(length));
    for part in parts {
        text.extend_from_slice(part.uri.as_bytes());
        text.push(b'\n');
    }
    text
}
