//! Asking for codes.

use mfa::domain::{Credential, Factor};
use zeroize::Zeroizing;

use crate::end::{End, WRONG, of_verdict};
use crate::gate::{Failure, Judged, Presented};
use crate::login::{Door, Visit, of_failure};
use crate::world::Tone;

/// Asks for a code, as often as the line says; the first one may have been typed already.
///
/// Without a door, nothing that is typed opens.
pub fn ask(visit: &Visit<'_>, door: Option<&Door<'_>>, typed: Option<Zeroizing<String>>) -> End {
    let (mut door, mut first) = (door, typed);
    for left in (0..visit.args.tries).rev() {
        let asked = || (visit.world.ask)(&visit.args.prompt, visit.args.echo);
        let Ok(typed) = first.take().map_or_else(asked, Ok) else { return End::Unheard };
        match present(visit, &mut door, &typed) {
            Ok(end) => {
                if end.is_refusal() {
                    (visit.world.settle)();
                }
                return end;
            }
            Err(why) => {
                (visit.world.settle)();
                // After the last one, the end says so.
                if left > 0 {
                    let _ = (visit.world.tell)(Tone::Error, &why);
                }
            }
        }
    }
    if door.is_some() { End::Wrong } else { End::NotEnrolled }
}

/// Presents what was typed; the error says why somebody may try again.
fn present(visit: &Visit<'_>, door: &mut Option<&Door<'_>>, typed: &str) -> Result<End, String> {
    let credential: Credential = typed.parse().map_err(|error| format!("{error}"))?;
    let Some(Door { gate, app, remember }) = *door else { return Err(WRONG.into()) };
    let (caller, remember) = (&visit.caller, remember.as_ref());
    let presented = Presented { app, credential: &credential, typed, caller, remember };
    let judged = gate.judge(presented, visit.world);
    if let Err(Failure::NotEnrolled) = judged {
        *door = None;
    }
    ended(visit, judged).ok_or_else(|| WRONG.into())
}

/// Returns what an attempt ends with, and tells the owner what to hear; `None` if another is possible.
pub fn ended(visit: &Visit<'_>, judged: Result<Judged, Failure>) -> Option<End> {
    let judged = match judged {
        Ok(judged) => judged,
        Err(failure) => return of_failure(failure),
    };
    let end = of_verdict(&judged.verdict, judged.suspended)?;
    if end == End::Accepted && !visit.args.quiet {
        tell_owner(visit, &judged);
    }
    Some(end)
}

/// Tells the owner, who was just let in, what happened since the last time.
fn tell_owner(visit: &Visit<'_>, judged: &Judged) {
    let mut heard = judged.notices.warnings("ask an administrator to cancel it");
    if let (Some(Factor::BackupCode), Some(left)) = (judged.factor, judged.backup_codes_left) {
        heard.push(format!("a backup code was used, {left} left"));
    }
    for text in heard {
        // They are in; whether they read it is theirs.
        let _ = (visit.world.tell)(Tone::Info, &text);
    }
}
