use std::path::{Path, PathBuf};

use anyhow::Context;
use mfa::domain::{AppName, escaped};
use mfa::export::{self, Entry, ExportError};
use mfa::qr::Qr;
use mfa::store::{Folder, Store};
use serde::Serialize;
use zeroize::Zeroizing;

use super::location::Location;
use super::status::{NoRandomness, Usage};
use super::{Echo, Env, Status, audit, files, input, named};

/// Write apps out, secrets and all, in a form that other apps import
#[derive(clap::Args)]
pub struct Args {
    /// Names of apps, or prefixes that no other name begins with; without any all go out
    #[arg(value_name = "APP")]
    apps: Vec<String>,
    /// Form: otpauth URIs, a vault of Aegis, one with a password, or QR codes for Google Authenticator
    #[arg(long, value_enum, default_value_t = Format::Uri)]
    format: Format,
    /// Write a private file, rather than to stdout; a file that is there stays. `migration` writes
    /// FILE.png, or FILE-1.png, FILE-2.png … of ten apps each
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Read the password of the new vault from stdin, a line
    #[arg(long)]
    password_stdin: bool,
    /// Show secrets on a terminal
    #[arg(short, long)]
    yes: bool,
    /// Answer with a JSON object: `exported`, `left_out`, `output`; needs --output
    #[arg(long, requires = "output")]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Uri,
    Aegis,
    AegisEncrypted,
    Migration,
}

#[derive(Serialize)]
struct Answer<'a> {
    exported: Vec<&'a str>,
    left_out: Vec<&'a str>,
    output: Vec<String>,
}

/// Is what goes out: one text, or a picture for each part.
enum Export {
    Text(Zeroizing<Vec<u8>>),
    Codes(Vec<Qr>),
}

pub fn run(args: &Args, location: &Location, env: &mut Env<'_>) -> anyhow::Result<Status> {
    if args.output.is_none() && env.stdout.is_terminal && !args.yes {
        return Err(Usage::with_hint(
            "this would show secrets on the terminal",
            "--output FILE, or --yes",
        )
        .into());
    }
    let store = location.find(env)?;
    let entries = entries(args, &store)?;
    let (export, left_out) = export(args.format, &entries, args, env)?;
    let written = write(&export, args.output.as_deref(), env)?;

    let exported: Vec<&AppName> = entries
        .iter()
        .map(|(app, _)| app)
        .filter(|app| left_out.iter().all(|(left, _)| left != *app))
        .collect();
    for app in &exported {
        audit::record_done(&store, app.as_str(), "export", env);
    }
    for (app, why) in &left_out {
        env.error(&format!("{app} was left out: {why}"), None);
    }
    if args.json {
        let output = written.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        let exported = exported.iter().map(|app| app.as_str()).collect();
        let left_out = left_out.iter().map(|(app, _)| app.as_str()).collect();
        env.stdout.json(&Answer { exported, left_out, output });
    } else {
        for path in &written {
            env.stderr.line(&format!("wrote {}", escaped(&path.to_string_lossy())));
        }
    }
    Ok(if left_out.is_empty() { Status::Done } else { Status::Refused })
}

fn entries(args: &Args, store: &Folder) -> anyhow::Result<Vec<Entry>> {
    let apps = if args.apps.is_empty() {
        store.apps()?
    } else {
        args.apps.iter().map(|text| named::find(store, text)).collect::<anyhow::Result<_>>()?
    };
    apps.into_iter().map(|app| Ok((app.clone(), store.get(&app)?))).collect()
}

type LeftOut = Vec<(AppName, String)>;

fn export(
    format: Format,
    entries: &[Entry],
    args: &Args,
    env: &mut Env<'_>,
) -> anyhow::Result<(Export, LeftOut)> {
    let random = env.random;
    let random = &mut |bytes: &mut [u8]| random(bytes).map_err(NoRandomness);
    let failed = |error| match error {
        ExportError::Random(error) => anyhow::Error::from(error),
        other => anyhow::Error::from(other),
    };
    let text = match format {
        Format::Uri => Zeroizing::new(export::uri(entries).as_bytes().to_vec()),
        Format::Aegis => export::aegis(entries, random).map_err(failed)?,
        Format::AegisEncrypted => {
            let password = password(args, env)?;
            Zeroizing::new(export::aegis_encrypted(entries, &password, random).map_err(failed)?)
        }
        Format::Migration => {
            let migration = export::migration(entries, random)?;
            let codes =
                migration.parts.iter().map(|part| Qr::new(&part.uri)).collect::<Result<_, _>>()?;
            return Ok((Export::Codes(codes), migration.left_out));
        }
    };
    Ok((Export::Text(text), Vec::new()))
}

fn password(args: &Args, env: &mut Env<'_>) -> anyhow::Result<Zeroizing<String>> {
    let no =
        |_| Usage::with_hint("the vault needs a password", "--password-stdin reads it from stdin");
    let password = if args.password_stdin {
        input::line(&mut env.stdin).map_err(no)?
    } else {
        let password = (env.ask)("Password of the new vault: ", Echo::Hidden).map_err(no)?;
        if password != (env.ask)("The same again: ", Echo::Hidden).map_err(no)? {
            return Err(Usage::new("the passwords differ").into());
        }
        password
    };
    if password.is_empty() { Err(Usage::new("the password is empty").into()) } else { Ok(password) }
}

fn write(
    export: &Export,
    output: Option<&Path>,
    env: &mut Env<'_>,
) -> anyhow::Result<Vec<PathBuf>> {
    match (export, output) {
        (Export::Text(text), None) => {
            env.stdout.write(std::str::from_utf8(text).context("the export could not be made")?);
            Ok(Vec::new())
        }
        (Export::Codes(codes), None) => {
            for code in codes {
                env.stdout.write(&code.terminal());
            }
            Ok(Vec::new())
        }
        (Export::Text(text), Some(path)) => {
            files::write_new(path, text)?;
            Ok(vec![path.into()])
        }
        (Export::Codes(codes), Some(path)) => {
            let paths: Vec<PathBuf> =
                (1..=codes.len()).map(|n| numbered(path, n, codes.len())).collect();
            for (written, (code, path)) in codes.iter().zip(&paths).enumerate() {
                let picture = code.png()?;
                // All or none: a part alone would be taken for the whole.
                files::write_new(path, &picture).inspect_err(|_| {
                    paths.iter().take(written).for_each(|path| drop(std::fs::remove_file(path)));
                })?;
            }
            Ok(paths)
        }
    }
}

/// Names one picture of several.
fn numbered(path: &Path, number: usize, of: usize) -> PathBuf {
    let path = if path.extension().is_some_and(|end| end == "png") {
        path.with_extension("")
    } else {
        path.into()
    };
    let mut name = path.into_os_string();
    name.push(if of == 1 { ".png".into() } else { format!("-{number}.png") });
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_pictures_are_numbered() {
        let name = |path: &str, of| {
            numbered(Path::new(path), 2, of).into_os_string().into_string().unwrap()
        };
        assert_eq!((name("a/b", 1), name("a/b.png", 1)), ("a/b.png".into(), "a/b.png".into()));
        assert_eq!((name("a/b", 3), name("a/b.png", 3)), ("a/b-2.png".into(), "a/b-2.png".into()));
    }
}
