//! Asking for a first code before keeping an app.

use mfa::domain::{Account, Enrolment};
use mfa::qr::Qr;

use super::{Args, token};
use crate::cli::error::Result;
use crate::cli::first_code::{self, Asking};
use crate::cli::{Env, drawing};

/// Shows what to put into the phone or token: the QR code on the terminal, if there is one, or the
/// secret.
///
/// If the QR code does not fit, a secret that is known can be confirmed all the same.
pub fn show(args: &Args, new: &Enrolment, qr: &Qr, env: &mut Env<'_>) -> Result<()> {
    if token::is_programmed(args) {
        env.stdout.write(&token::told(new));
    }
    if args.hardware || !env.stdout.is_terminal && !env.stdin.is_terminal {
        return Ok(());
    }
    match drawing::draw(qr, env) {
        Ok(drawing) => first_code::tell(&drawing, env)?,
        Err(error) if args.secret_stdin || args.hotp => env.warn(&error.text()),
        Err(error) => {
            let hint = "make the terminal larger, or leave --confirm out";
            return Err(error.hint(hint));
        }
    }
    Ok(())
}

/// Asks for what the phone or token shows, and returns the account that has accepted it, or `None`.
pub fn confirm(args: &Args, enrolment: &Enrolment, env: &mut Env<'_>) -> Result<Option<Account>> {
    let prompt = if token::is_programmed(args) {
        "Program the token, or scan the QR code, then type its first code: "
    } else {
        "Scan the QR code, then type the phone's code: "
    };
    first_code::ask(&Asking { prompt, reads_line: true, json: args.json }, enrolment, env)
}

/// Refuses if nobody could see the secret that is to be confirmed.
pub fn expect_terminal(args: &Args, env: &Env<'_>) -> Result<()> {
    let on_stdout = env.stdout.is_terminal && !args.json;
    let shown = if token::is_programmed(args) {
        on_stdout
    } else {
        env.stdin.is_terminal || env.stdout.is_terminal
    };
    let hint = "without one, --confirm needs a secret that is known: --secret-stdin";
    if shown { Ok(()) } else { Err(first_code::no_terminal().hint(hint)) }
}
