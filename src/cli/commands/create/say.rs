//! The output of an enrolment.

use std::path::Path;

use mfa::domain::{AppName, BackupCode, Enrolment, RECOMMENDED_BITS, Totp, escaped};
use mfa::qr::Qr;
use serde::Serialize;

use super::Args;
use crate::cli::location::Location;
use crate::cli::{Env, drawing, issuing};

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    issuer: &'a str,
    account: &'a str,
    image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backup_codes: Option<Vec<String>>,
}

pub fn warn(enrolment: &Enrolment, env: &mut Env<'_>) {
    if enrolment.account.totp != Totp::default() {
        env.warn("many phone apps ignore an algorithm other than SHA1, digits other than 6 and a period other than 30");
    }
    let bits = enrolment.secret.bits();
    if bits < RECOMMENDED_BITS {
        env.warn(&format!(
            "the secret has {bits} bits, fewer than the {RECOMMENDED_BITS} of RFC 4226"
        ));
    }
}

pub fn answer(
    args: &Args,
    app: &AppName,
    image: Option<&Path>,
    codes: &[BackupCode],
    env: &mut Env<'_>,
) {
    if args.json {
        return env.stdout.json(&Answer {
            app: app.as_str(),
            issuer: args.issuer_name.as_str(),
            account: args.account_name.as_str(),
            image: image.map(|path| path.to_string_lossy().into_owned()),
            backup_codes: args.backup_codes.then(|| issuing::texts(codes)),
        });
    }
    let (issuer, account) =
        (escaped(args.issuer_name.as_str()), escaped(args.account_name.as_str()));
    env.stdout.line(&format!("Configuring MFA for Account: {account}, Issuer: {issuer}"));
    if let Some(path) = image {
        env.stdout.line(&format!("QR code: {}", escaped(&path.to_string_lossy())));
    }
    if !codes.is_empty() {
        env.stdout.line("Backup codes:");
        issuing::show(codes, env);
    }
}

/// Draws the QR code to scan, last of all so that it stays on the screen.
pub fn draw(qr: &Qr, app: &AppName, location: &Location, env: &mut Env<'_>) {
    let next = location.command("authenticate", app);
    env.stdout.line(&format!("Scan the QR code with your phone, then try a code: {next}"));
    match drawing::draw(qr, env) {
        Ok(drawing) => env.stdout.write(&drawing),
        Err(error) => {
            env.warn(&error.text());
            let picture = location.command("qr", app);
            env.stderr.line(&format!("hint: {picture} --output FILE.png writes a picture"));
        }
    }
}

/// Opens the picture on the desktop, if the user is at a terminal there.
pub fn open(args: &Args, image: Option<&Path>, env: &mut Env<'_>) {
    let watched = env.stdout.is_terminal && env.desktop.is_there && !args.json && !args.no_open;
    if let Some(path) = image.filter(|_| watched)
        && let Err(error) = (env.desktop.show)(path)
    {
        env.warn(&format!("cannot show the QR code on the desktop: {error}"));
    }
}
