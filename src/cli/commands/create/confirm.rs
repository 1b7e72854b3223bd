//! Asking for a first code before keeping an app.

use mfa::domain::{Account, Code, CodeError, Credential, Enrolment, Otp, Verdict};
use mfa::qr::Qr;
use zeroize::Zeroizing;

use crate::cli::error::{CommandError, Result};
use crate::cli::{Echo, Env, attempt, drawing, input};

/// Shows the QR code to scan, on the terminal if there is one.
///
/// If it does not fit, a secret that is `known` can be confirmed all the same.
pub fn show(qr: &Qr, known: bool, env: &mut Env<'_>) -> Result<()> {
    if !env.stdout.is_terminal && !env.stdin.is_terminal {
        return Ok(());
    }
    match drawing::draw(qr, env) {
        Ok(drawing) if env.stdout.is_terminal => env.stdout.write(&drawing),
        Ok(drawing) => (env.terminal.tell)(&drawing).map_err(|_| no_terminal())?,
        Err(error) if known => env.warn(&error.text()),
        Err(error) => {
            let hint = "make the terminal larger, or leave --confirm out";
            return Err(error.hint(hint));
        }
    }
    Ok(())
}

/// Asks for what the phone shows, and returns the account that has accepted it, or `None`.
///
/// That account refuses the same code from then on.
pub fn confirm(enrolment: &Enrolment, json: bool, env: &mut Env<'_>) -> Result<Option<Account>> {
    let tries = if env.stdin.is_terminal { attempt::TRIES } else { 1 };
    let mut account = enrolment.account.clone();
    for _ in 0..tries {
        let code = match parsed(&typed(env)?, &account.otp) {
            // A typing error costs a try.
            Err(error) if env.stdin.is_terminal => {
                env.error(&error.to_string(), None);
                continue;
            }
            parsed => parsed?,
        };
        let (verdict, judged) =
            account.verify(&enrolment.secret, &Credential::Code(code), (env.clock.now)()?)?;
        if verdict == Verdict::Accepted {
            return Ok(Some(judged));
        }
        account = judged;
        // JSON would describe an app, and there is none.
        let output = if json { &mut env.stderr } else { &mut env.stdout };
        output.line("OTP verification failed");
    }
    Ok(None)
}

/// Refuses if nobody could see the secret that is to be confirmed.
pub fn expect_terminal(env: &Env<'_>) -> Result<()> {
    if env.stdin.is_terminal || env.stdout.is_terminal { Ok(()) } else { Err(no_terminal()) }
}

fn no_terminal() -> CommandError {
    CommandError::usage("there is no terminal to show the QR code on")
        .hint("without one, --confirm needs a secret that is known: --secret-stdin")
}

fn typed(env: &mut Env<'_>) -> Result<Zeroizing<String>> {
    let missing = |error| {
        let hint = "--confirm asks on the terminal, else reads a line of stdin";
        input::refusal(&error, CommandError::usage("Missing code").hint(hint))
    };
    let typed = if env.stdin.is_terminal {
        (env.terminal.ask)(
            "Scan the QR code, then type the code that your phone shows: ",
            Echo::Shown,
        )
    } else {
        input::line(&mut env.stdin.stream)
    };
    typed.map_err(missing)
}

fn parsed(typed: &str, otp: &Otp) -> Result<Code, CodeError> {
    let code: Code = typed.parse()?;
    code.check(otp)?;
    Ok(code)
}
