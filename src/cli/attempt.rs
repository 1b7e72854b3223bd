//! One attempt to be let in: asked for, judged, logged and told, for every command that is a gate.

use mfa::domain::{AppName, Factor, Presented, Verdict};
use mfa::store::{Folder, Store, StoreError};
use mfa::{GateError, Outcome};
use zeroize::Zeroizing;

use super::audit::{self, Ending, rfc3339};
use super::location::Location;
use super::status::{self, Usage};
use super::table::count;
use super::{Echo, Env, Status, input};

/// Is how often the terminal is asked: a code runs out while it is typed.
pub const TRIES: u32 = 3;

/// Is at how many backup codes left their owner is told to make new ones.
const FEW: usize = 2;

/// Gets what is presented: `-` is a line of stdin, nothing asks the terminal.
pub fn presented(
    code: Option<&str>,
    app: &AppName,
    store: &Folder,
    env: &mut Env<'_>,
) -> anyhow::Result<Presented> {
    let typed = match code {
        Some("-") => input::line(&mut env.stdin)
            .map_err(|e| Usage::new(format!("cannot read stdin: {e}")))?,
        Some(code) => Zeroizing::new(code.into()),
        None => {
            // Nobody should have to type a code to hear that there is no such app.
            store.get(app)?;
            (env.ask)("Code: ", Echo::Shown).map_err(|_| {
                Usage::with_hint("Missing code", "pipe it in: … | mfa authenticate APP -o -")
            })?
        }
    };
    Ok(typed.parse().map_err(GateError::Code)?)
}

/// Judges it and logs how it ended; what cannot be logged is refused.
pub fn judge(
    presented: &Presented,
    app: &AppName,
    action: &str,
    store: &Folder,
    env: &Env<'_>,
) -> anyhow::Result<Outcome> {
    let judged = mfa::authenticate(store, app, presented, env.clock).map_err(anyhow::Error::from);
    let (outcome, wait) = reason(&judged);
    if judged.is_err() && outcome.is_none() {
        // Usage was not an attempt.
        return judged;
    }
    let ending = Ending::told(Some(presented.factor()), outcome.unwrap_or_default(), wait);
    let logged = audit::record(store, app.as_str(), action, &ending, env);
    // What was refused is so in any case.
    let outcome = judged?;
    logged?;
    Ok(outcome)
}

/// Tells whether what was typed is no code: that costs a try, and is no failure.
pub fn is_slip(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(GateError::Code(_)))
}

/// Gives the reason that `--json` and the audit log have for how it ended, and the seconds to
/// wait; usage has none.
pub fn reason(judged: &anyhow::Result<Outcome>) -> (Option<&'static str>, Option<u64>) {
    let verdict = match judged {
        Ok(outcome) => &outcome.verdict,
        Err(error) => return (failure(error), None),
    };
    match verdict {
        Verdict::Accepted => (Some("accepted"), None),
        Verdict::Wrong => (Some("wrong"), None),
        Verdict::Reused => (Some("reused"), None),
        Verdict::Throttled { retry_after } => (Some("throttled"), Some(*retry_after)),
        Verdict::Disabled => (Some("disabled"), None),
    }
}

fn failure(error: &anyhow::Error) -> Option<&'static str> {
    match (status::of(error), status::store_error(error)) {
        (_, Some(StoreError::NoSuchApp(_))) => Some("unknown_app"),
        (Status::Store, _) => Some("store"),
        (Status::Record, _) => Some("record"),
        (Status::Clock, _) => Some("clock"),
        _ => None,
    }
}

/// Tells on stderr what stdout does not say, and gives the status.
pub fn tell(outcome: &Outcome, app: &AppName, location: &Location, env: &mut Env<'_>) -> Status {
    match outcome.verdict {
        Verdict::Accepted => {
            tell_owner(outcome, app, location, env);
            Status::Done
        }
        Verdict::Wrong | Verdict::Reused => Status::Refused,
        Verdict::Throttled { retry_after } => {
            let hint = format!("try again in {retry_after} s");
            env.error("too many failures, the code was not looked at", Some(&hint));
            Status::Throttled
        }
        Verdict::Disabled => {
            let hint = format!("its owner can unlock it: {}", location.command("unlock", app));
            env.error("disabled after too many failures, the code was not looked at", Some(&hint));
            Status::Throttled
        }
    }
}

/// Tells the owner, who is the one let in, what happened meanwhile.
fn tell_owner(outcome: &Outcome, app: &AppName, location: &Location, env: &mut Env<'_>) {
    if outcome.failures > 0 {
        let since = outcome
            .failing_since
            .map(|since| format!(", from {}", rfc3339(since)))
            .unwrap_or_default();
        let failures = count(outcome.failures as usize, "failure");
        env.warn(&format!("{failures} since the last success{since}"));
    }
    if outcome.factor == Factor::BackupCode {
        let left = outcome.backup_codes_left;
        env.stderr.line(&format!("a backup code was used, {left} left"));
        if left <= FEW {
            let command = location.command("backup-codes", app);
            env.warn(&format!("few backup codes are left, make new ones: {command}"));
        }
    }
}
