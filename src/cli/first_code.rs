//! The first code of a new secret, which shows that it is in the phone before anything is kept.

use mfa::domain::{Account, Code, CodeError, Credential, Enrolment, Otp, Verdict};
use mfa::qr::Qr;
use zeroize::Zeroizing;

use super::error::{CommandError, Result};
use super::{Env, attempt, drawing};

/// Where the code comes from, and where a wrong one is told.
pub struct Asking<'a> {
    /// What the person is asked.
    pub prompt: &'a str,
    /// Where stdin is no terminal: whether the code is its next line, or is asked for on the terminal
    /// all the same.
    pub reads_line: bool,
    /// Whether stdout has JSON alone.
    pub json: bool,
}

/// Draws a QR code on stdout, or else on the terminal itself.
pub fn draw(qr: &Qr, env: &mut Env<'_>) -> Result<()> {
    tell(&drawing::draw(qr, env)?, env)
}

/// Writes what only a person may see on stdout, or else on the terminal itself.
pub fn tell(text: &str, env: &mut Env<'_>) -> Result<()> {
    if env.stdout.is_terminal {
        env.stdout.write(text);
        return Ok(());
    }
    (env.terminal.tell)(text).map_err(|_| no_terminal())
}

/// Returns the error where nobody could see a new secret.
pub fn no_terminal() -> CommandError {
    CommandError::usage("there is no terminal to show the new secret on")
        .hint("without one, give a secret that is known: --secret-stdin")
}

/// Asks for the first code, and returns the account that has accepted it, or `None`.
///
/// That account refuses the same code from then on.
pub fn ask(
    asking: &Asking<'_>,
    enrolment: &Enrolment,
    env: &mut Env<'_>,
) -> Result<Option<Account>> {
    let is_typed = env.stdin.is_terminal || !asking.reads_line;
    let mut account = enrolment.account.clone();
    for _ in 0..if is_typed { attempt::TRIES } else { 1 } {
        let code = match parsed(&typed(asking, env)?, &account.otp) {
            // A typing error costs a try.
            Err(error) if is_typed => {
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
        let output = if asking.json { &mut env.stderr } else { &mut env.stdout };
        output.line("OTP verification failed");
    }
    Ok(None)
}

fn typed(asking: &Asking<'_>, env: &mut Env<'_>) -> Result<Zeroizing<String>> {
    if asking.reads_line || env.stdin.is_terminal {
        return attempt::confirmation(asking.prompt, env);
    }
    (env.terminal.ask)(asking.prompt, super::Echo::Shown).map_err(|_| no_terminal())
}

fn parsed(typed: &str, otp: &Otp) -> Result<Code, CodeError> {
    let code: Code = typed.parse()?;
    code.check(otp)?;
    Ok(code)
}
