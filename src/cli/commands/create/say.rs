//! The output of an enrolment.

use std::path::Path;

use mfa::domain::{AppName, BackupCode, Enrolment, Otp, RECOMMENDED_BITS, Totp, escaped};
use mfa::qr::Qr;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Args, token};
use crate::cli::location::Location;
use crate::cli::{Env, drawing, issuing};

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    issuer: &'a str,
    account: &'a str,
    image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<Zeroizing<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backup_codes: Option<Vec<String>>,
}

pub fn warn(enrolment: &Enrolment, env: &mut Env<'_>) {
    let otp = &enrolment.account.otp;
    let for_phone = enrolment.account.drift.is_none() && matches!(otp, Otp::Totp(_));
    if for_phone && *otp != Totp::default().into() {
        env.warn("many phone apps ignore an algorithm other than SHA1, digits other than 6 and a period other than 30");
    }
    if enrolment.account.issuer.as_str() == STEAM {
        env.warn("phone apps and imports take codes of the issuer Steam for those of Steam Guard");
    }
    let bits = enrolment.secret.bits();
    if bits < RECOMMENDED_BITS {
        env.warn(&format!(
            "the secret has {bits} bits, fewer than the {RECOMMENDED_BITS} of RFC 4226"
        ));
    }
}

/// More than a secret, names and a path take, so that no reallocation leaves a copy of the secret.
const LONGEST: usize = 16 * 1024;

/// The issuer that apps know codes of Steam Guard by.
const STEAM: &str = "Steam";

/// What was enrolled, and what of it is shown.
pub struct New<'a> {
    pub app: &'a AppName,
    pub enrolment: &'a Enrolment,
    pub image: Option<&'a Path>,
    pub codes: &'a [BackupCode],
}

pub fn answer(args: &Args, new: &New<'_>, env: &mut Env<'_>) {
    let makes_codes = args.backup_codes || args.policy.is_some();
    if args.json {
        return env.stdout.json(&Answer {
            app: new.app.as_str(),
            issuer: args.issuer_name.as_str(),
            account: args.account_name.as_str(),
            image: new.image.map(|path| path.to_string_lossy().into_owned()),
            secret: token::is_programmed(args).then(|| new.enrolment.secret.expose_base32()),
            backup_codes: makes_codes.then(|| issuing::texts(new.codes)),
        });
    }
    let (issuer, account) =
        (escaped(args.issuer_name.as_str()), escaped(args.account_name.as_str()));
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    text.extend(["Configuring MFA for Account: ", &account, ", Issuer: ", &issuer, "\n"]);
    if let Some(path) = new.image {
        text.extend(["QR code: ", &escaped(&path.to_string_lossy()), "\n"]);
    }
    if token::is_programmed(args) && !args.confirm {
        text.push_str(&token::told(new.enrolment));
    }
    if !new.codes.is_empty() {
        text.push_str("Backup codes:\n");
    }
    issuing::show(&text, new.codes, env);
}

/// Draws the QR code to scan, last of all so that it stays on the screen.
pub fn draw(qr: &Qr, app: &AppName, location: &Location, env: &mut Env<'_>) {
    match drawing::draw(qr, env) {
        Ok(drawing) => {
            let next = location.command("authenticate", app);
            let scan = "Scan the QR code with your phone, then try a code";
            env.stdout.write(&format!("{scan}: {next}\n{drawing}"));
        }
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
