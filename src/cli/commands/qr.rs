use std::path::PathBuf;

use mfa::qr::{Qr, base64};
use serde::Serialize;

use crate::cli::error::{CommandError, Result};
use crate::cli::{Context, Status, audit, drawing, files, named};

/// Draw the QR code of an app on the terminal, or into a file; it holds the secret
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app, or a part of its name, issuer or account that no other app has
    app: String,
    /// Write a picture, FILE.png or FILE.svg, never over another file
    #[arg(long, value_name = "FILE", value_parser = picture)]
    output: Option<PathBuf>,
    /// Print the PNG in base64
    #[arg(long, conflicts_with = "output")]
    base64: bool,
    /// Picture (PNG, JPEG, WebP) for the middle of the PNG
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// Answer with a JSON object: `app`, `output`, and `base64` if no file is written
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    output: Option<String>,
    base64: Option<String>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    let app = named::find(&*store, &args.app)?;
    let qr = Qr::new(&store.get(&app)?.provisioning_uri())?;
    let base64 = match &args.output {
        Some(path) => {
            files::write_new(path, &picture_for(path, args, &qr)?)?;
            None
        }
        None if args.base64 || args.json => Some(base64(&png(args, &qr)?)),
        None if args.logo.is_some() => {
            return Err(CommandError::usage("a logo needs --output FILE.png or --base64"));
        }
        None => None,
    };
    let output = args.output.as_ref().map(|path| path.to_string_lossy().into_owned());
    audit::record_done(&*store, app.as_str(), "qr", env);
    match base64 {
        base64 if args.json => env.stdout.json(&Answer { app: app.as_str(), output, base64 }),
        Some(base64) => env.stdout.line(&base64),
        None if output.is_none() => env.stdout.write(&drawing::draw(&qr, env)?),
        None => {}
    }
    Ok(Status::Done)
}

fn picture_for(path: &std::path::Path, args: &Args, qr: &Qr) -> Result<Vec<u8>> {
    if !has_extension(path, "svg") {
        return png(args, qr);
    }
    if args.logo.is_some() {
        return Err(
            CommandError::usage("a logo goes into a PNG alone").hint("name the output FILE.png")
        );
    }
    Ok(qr.svg().into_bytes())
}

fn png(args: &Args, qr: &Qr) -> Result<Vec<u8>> {
    Ok(match &args.logo {
        None => qr.png()?,
        Some(path) => qr.png_with_logo(&files::logo(path)?)?,
    })
}

fn picture(text: &str) -> Result<PathBuf, &'static str> {
    let path = PathBuf::from(text);
    let known = has_extension(&path, "png") || has_extension(&path, "svg");
    if known { Ok(path) } else { Err("the name must end in .png or .svg") }
}

fn has_extension(path: &std::path::Path, wanted: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(wanted))
}
