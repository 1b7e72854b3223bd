//! Asking for a first code before keeping an app.

use mfa::domain::{Account, Code, CodeError, Credential, Enrolment, Otp, Verdict};
use mfa::qr::Qr;

use super::{Args, token};
use crate::cli::error::{CommandError, Result};
use crate::cli::{Env, attempt, drawing};

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
        Ok(drawing) if env.stdout.is_terminal => env.stdout.write(&drawing),
        Ok(drawing) => (env.terminal.tell)(&drawing).map_err(|_| no_terminal())?,
        Err(error) if args.secret_stdin || args.hotp => env.warn(&error.text()),
        Err(error) => {
            let hint = "make the terminal larger, or leave --confirm out";
            return Err(error.hint(hint));
        }
    }
    Ok(())
}

/// Asks for what the phone or token shows, and returns the account that has accepted it, or `None`.
///
/// That account refuses the same code from then on.
pub fn confirm(args: &Args, enrolment: &Enrolment, env: &mut Env<'_>) -> Result<Option<Account>> {
    let prompt = if token::is_programmed(args) {
        "Program the token, or scan the QR code, then type its first code: "
    } else {
        "Scan the QR code, then type the phone's code: "
    };
    let tries = if env.stdin.is_terminal { attempt::TRIES } else { 1 };
    let mut account = enrolment.account.clone();
    for _ in 0..tries {
        let code = match parsed(&attempt::confirmation(prompt, env)?, &account.otp) {
            // A typing error costs a try.
            Err(error) if env.stdin.is_terminal => {
                env.error(&error.to_string(), None);
                continue;
            }
            parsed => parsed?,
        };
        let judged =
            account.verify(&enrolment.secret, &Credential::Code(code), (env.clock.now)()?)?;
        if judged.verdict == Verdict::Accepted {
            return Ok(Some(judged.account));
        }
        account = judged.account;
        // JSON would describe an app, and there is none.
        let output = if args.json { &mut env.stderr } else { &mut env.stdout };
        output.line("OTP verification failed");
    }
    Ok(None)
}

/// Refuses if nobody could see the secret that is to be confirmed.
pub fn expect_terminal(args: &Args, env: &Env<'_>) -> Result<()> {
    let on_stdout = env.stdout.is_terminal && !args.json;
    let shown = if token::is_programmed(args) {
        on_stdout
    } else {
        env.stdin.is_terminal || env.stdout.is_terminal
    };
    if shown { Ok(()) } else { Err(no_terminal()) }
}

fn no_terminal() -> CommandError {
    CommandError::usage("there is no terminal to show the new secret on")
        .hint("without one, --confirm needs a secret that is known: --secret-stdin")
}

fn parsed(typed: &str, otp: &Otp) -> Result<Code, CodeError> {
    let code: Code = typed.parse()?;
    code.check(otp)?;
    Ok(code)
}
