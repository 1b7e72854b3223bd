//! One attempt to be let in, from the prompt to the answer, for every command that is a gate.

use mfa::domain::{AppName, Factor, Verdict};
use zeroize::Zeroizing;

use super::error::{CommandError, Result};
use super::gate::{Gate, Judged};
use super::{Echo, Env, Status, input};

/// The number of times that the terminal is asked, since a code may expire while it is typed.
pub const TRIES: u32 = 3;

/// The number of remaining backup codes at which the owner is warned to make new ones.
const FEW: usize = 2;

/// Reads the credential: `-` reads a line of stdin, and without a code the terminal is asked.
pub fn typed(
    code: Option<&str>,
    app: &AppName,
    gate: &Gate,
    env: &mut Env<'_>,
) -> Result<Zeroizing<String>> {
    match code {
        Some("-") => input::line(&mut env.stdin.stream)
            .map_err(|e| CommandError::usage(format!("cannot read stdin: {e}"))),
        Some(code) => Ok(Zeroizing::new(code.into())),
        None => {
            // Nobody should have to type a code to learn that there is no such app.
            gate.expect_app(app)?;
            (env.terminal.ask)("Code: ", Echo::Shown).map_err(|error| {
                let missing = CommandError::usage("Missing code").hint(hint(env));
                input::refusal(&error, missing)
            })
        }
    }
}

/// Asks for the code that confirms something on the terminal, else reads it from a line of stdin.
pub fn confirmation(prompt: &str, env: &mut Env<'_>) -> Result<Zeroizing<String>> {
    let missing = |error| {
        let hint = "--confirm asks on the terminal, else reads a line of stdin";
        input::refusal(&error, CommandError::usage("Missing code").hint(hint))
    };
    let typed = if env.stdin.is_terminal {
        (env.terminal.ask)(prompt, Echo::Shown)
    } else {
        input::line(&mut env.stdin.stream)
    };
    typed.map_err(missing)
}

/// Returns how a code can be given where no terminal can be asked.
fn hint(env: &Env<'_>) -> &'static str {
    if env.variables.behind_ssh {
        "ssh -t gives a terminal that asks for it; or pipe the code in, with -o -"
    } else {
        "pipe the code in, with -o -"
    }
}

/// Writes to stderr what stdout does not say, and returns the status.
pub fn tell(judged: &mut Judged, command: &dyn Fn(&str) -> String, env: &mut Env<'_>) -> Status {
    if judged.suspended {
        let hint = format!("they come back with a recovery code, or with {}", command("unlock"));
        env.error("the factors were stolen, and open nothing", Some(&hint));
        return Status::Throttled;
    }
    let refused = refusal(&judged.verdict, command, env);
    refused.unwrap_or_else(|| {
        tell_owner(judged, command, env);
        Status::Done
    })
}

/// Writes to stderr why a code was not looked at, and returns the status of a refusal, or `None`
/// for an acceptance; `command` returns a command on the app, for its owner.
pub fn refusal(
    verdict: &Verdict,
    command: &dyn Fn(&str) -> String,
    env: &mut Env<'_>,
) -> Option<Status> {
    match *verdict {
        Verdict::Accepted => None,
        Verdict::Wrong | Verdict::Reused | Verdict::Waiting => Some(Status::Refused),
        Verdict::Denied => {
            env.error("denied on a device", None);
            Some(Status::Refused)
        }
        Verdict::Expired => {
            env.error("nobody approved in time", None);
            Some(Status::Refused)
        }
        Verdict::Cancelled => {
            env.error("the challenge was cancelled", None);
            Some(Status::Refused)
        }
        Verdict::Throttled { retry_after } => {
            let hint = format!("try again in {retry_after} s");
            env.error("too many failures, the code was not looked at", Some(&hint));
            Some(Status::Throttled)
        }
        Verdict::Disabled => {
            let hint = format!("its owner can unlock it: {}", command("unlock"));
            env.error("disabled after too many failures, the code was not looked at", Some(&hint));
            Some(Status::Throttled)
        }
    }
}

/// Tells the owner, who was just let in, what happened since the last time.
fn tell_owner(judged: &mut Judged, command: &dyn Fn(&str) -> String, env: &mut Env<'_>) {
    if let Some(error) = judged.unremembered.take() {
        let why = CommandError::from(error).text();
        env.warn(&format!("nothing was remembered for the policy: {why}"));
    }
    for warning in judged.notices.warnings(&command("recover cancel")) {
        env.warn(&warning);
    }
    if let (Some(Factor::BackupCode), Some(left)) = (judged.factor, judged.backup_codes_left) {
        env.stderr.line(&format!("a backup code was used, {left} left"));
        if left <= FEW {
            let command = command("backup-codes");
            env.warn(&format!("few backup codes are left, make new ones: {command}"));
        }
    }
}
