//! Asking for a first code before an app is kept.

use mfa::GateError;
use mfa::domain::{Account, Code, Enrolment, Presented, Verdict};
use mfa::qr::Qr;

use super::status::Usage;
use super::{Echo, Env, input};

/// Is how often a person may try; a code runs out while it is typed.
const TRIES: u32 = 3;

/// Shows the code to scan and asks for what the phone then shows; gives the account that has
/// accepted it, so that the same code does not open afterwards, or nothing.
pub fn confirm(
    enrolment: &Enrolment,
    qr: &Qr,
    env: &mut Env<'_>,
) -> anyhow::Result<Option<Account>> {
    if env.stdout.is_terminal {
        env.stdout.write(&qr.terminal());
    }
    let tries = if env.stdin_is_terminal { TRIES } else { 1 };
    let mut account = enrolment.account.clone();
    for _ in 0..tries {
        let code = code(env)?;
        code.check_length(account.totp.digits).map_err(GateError::from)?;
        let (verdict, judged) =
            account.verify(&enrolment.secret, &Presented::Code(code), (env.clock)()?);
        if verdict == Verdict::Accepted {
            return Ok(Some(judged));
        }
        account = judged;
        env.stdout.line("OTP verification failed");
    }
    Ok(None)
}

fn code(env: &mut Env<'_>) -> anyhow::Result<Code> {
    let missing = |_| {
        Usage::with_hint(
            "Missing code",
            "--confirm asks on the terminal, else reads a line of stdin",
        )
    };
    let typed = if env.stdin_is_terminal {
        (env.ask)("Scan the QR code, then type the code that your phone shows: ", Echo::Shown)
    } else {
        input::line(&mut env.stdin)
    };
    Ok(typed.map_err(missing)?.parse().map_err(GateError::Code)?)
}
