//! Asking the owner's devices as well as for a code.

use std::thread;

use mfa::GateError;
use mfa::audit::Login;
use mfa::config::Config;
use mfa::domain::{
    AppName, Approval, Asked, Bounded, Credential, Question, REDEEMED_WITHIN, Verdict,
};
use mfa::push::{self, Ask, Waker};
use mfa::remote::{RemoteError, Server};
use mfa::store::Folder;
use zeroize::Zeroizing;

use crate::codes;
use crate::end::End;
use crate::gate::{Failure, Gate, Judged, Presented, chain};
use crate::login::{Door, Visit};
use crate::unsignalled;
use crate::world::{Clock, Tone};

/// The seconds that a server is asked to wait for an answer at a time, well within those after which it
/// counts as silent.
const WAIT: u64 = 5;

/// The question behind the number. Programs such as sshd show a text with the next question alone, so
/// that there has to be one before anybody can approve.
const PROMPT: &str = "Type it on your device and press Enter here, or type a code: ";

/// Asks the devices, and for a code where that is not possible.
pub fn ask(visit: &Visit<'_>, door: &Door<'_>) -> End {
    let asked = match door.gate {
        Gate::Store { folder, .. } => at_store(visit, door, folder),
        Gate::Server(server) => at_server(visit, door, server),
    };
    asked.unwrap_or_else(|Unasked { why, typed }| {
        if let Some(why) = why {
            let _ = (visit.world.tell)(Tone::Info, why);
        }
        codes::ask(visit, Some(door), typed)
    })
}

/// No device answers, and a code has to.
struct Unasked {
    why: Option<&'static str>,
    /// The code that was typed in place of an approval.
    typed: Option<Zeroizing<String>>,
}

fn at_store(visit: &Visit<'_>, door: &Door<'_>, store: &Folder) -> Result<End, Unasked> {
    let (world, app, caller) = (visit.world, door.app, &visit.caller);
    let question = match question(visit) {
        Ok(question) => question,
        Err(end) => return Ok(end),
    };
    let ask = Ask { app, question: &question, caller };
    match push::ask(store, ask, world.clock) {
        Ok(Asked::Sent) => {}
        Ok(asked) => return unasked(asked),
        Err(error) => return Ok(End::Unavailable(chain(&error))),
    }
    let approval = Approval { id: question.id, caller: None };
    // It expires by itself where that fails.
    let cancel = || drop(push::cancel(store, app, &approval, caller, world.clock));
    thread::scope(|scope| {
        // The page looks for itself as well, so that nothing depends on it.
        let (clock, warn, question) = (world.clock, world.warn, &question);
        let wake = move || {
            if let Err(why) = waken(store, app, question, clock) {
                warn(&format!("a device of {app} may not have been woken: {why}"));
            }
        };
        let _ = unsignalled::spawn(scope, wake);
        answered(visit, question.number.into(), &cancel, || {
            while is_waiting(store, app, &approval, clock)? {
                (world.pause)();
            }
            let credential = &Credential::Approval(approval.clone());
            let remember = door.remember.as_ref();
            let presented = Presented { app, credential, typed: "", caller, remember };
            door.gate.judge(presented, world)
        })
    })
}

fn is_waiting(
    store: &Folder,
    app: &AppName,
    approval: &Approval,
    clock: Clock,
) -> Result<bool, GateError> {
    Ok(push::is_waiting(store, app, approval, clock()?)?)
}

/// Wakes the devices, and says so where one may not have been woken.
fn waken(store: &Folder, app: &AppName, question: &Question, clock: Clock) -> Result<(), String> {
    let config = Config::load(store).map_err(|error| chain(&error))?;
    let waker = Waker::from(config).leaving_no_thread();
    let now = clock().map_err(|error| chain(&error))?;
    let failed = waker.wake(store, app, question, now);
    failed.first().map_or(Ok(()), |error| Err(chain(error)))
}

fn at_server(visit: &Visit<'_>, door: &Door<'_>, server: &Server) -> Result<End, Unasked> {
    let purpose = purpose(visit);
    let purpose = purpose.as_ref().map(Bounded::as_str);
    let challenge = match server.push(door.app, purpose) {
        Ok(Ok(challenge)) => challenge,
        Ok(Err(asked)) => return unasked(asked),
        Err(RemoteError::UnknownApp(_)) => return Ok(codes::ask(visit, None, None)),
        Err(error) => return Ok(End::Unavailable(chain(&error))),
    };
    let cancel = || drop(server.cancel(door.app, &challenge));
    answered(visit, challenge.number, &cancel, || {
        // A server that never says that it is over is not waited for for ever.
        for _ in 0..=(challenge.expires_in.saturating_add(REDEEMED_WITHIN)) / WAIT {
            let judged = server.redeem(door.app, &challenge, WAIT)?;
            if judged.verdict != Verdict::Waiting {
                return Ok(judged.into());
            }
        }
        cancel();
        Err(Failure::Unavailable("the server does not end the challenge".into()))
    })
}

/// Shows the number, and waits for the answer of a device, unless a code is typed.
fn answered(
    visit: &Visit<'_>,
    number: u8,
    cancel: &dyn Fn(),
    approved: impl FnOnce() -> Result<Judged, Failure>,
) -> Result<End, Unasked> {
    let shown = (visit.world.tell)(Tone::Info, &format!("Number: {number}"));
    let typed = shown.and_then(|()| (visit.world.ask)(PROMPT, visit.args.echo));
    let Ok(typed) = typed else {
        cancel();
        return Ok(End::Unheard);
    };
    if typed.is_empty() {
        // What lets nobody in ends it: the number was shown, and another one would be another question.
        let wrong = || End::NotApproved("the challenge is not good any more");
        return Ok(codes::ended(visit, approved()).unwrap_or_else(wrong));
    }
    cancel();
    Err(Unasked { why: None, typed: Some(typed) })
}

/// Returns what becomes of a login for which no device may be asked.
fn unasked(asked: Asked) -> Result<End, Unasked> {
    let why = match asked {
        Asked::Disabled => return Ok(End::Disabled),
        Asked::Throttled { .. } => Some("no device was asked, since there were others lately"),
        Asked::Pending => Some("no device was asked, since another challenge is open"),
        _ => None,
    };
    Err(Unasked { why, typed: None })
}

/// Draws what is asked: for which login, and from which address.
fn question(visit: &Visit<'_>) -> Result<Question, End> {
    let drawn = Question::drawn(visit.world.random)
        .map_err(|error| End::Unavailable(format!("no randomness is available: {error}")))?;
    let address = visit.address().map(|address| format!(" ({address})")).unwrap_or_default();
    let host = visit.world.host.unwrap_or_default();
    let host = format!("{host}{address}").trim().parse().ok();
    Ok(Question { purpose: purpose(visit), host, ..drawn })
}

/// Returns the reason that devices show: `sshd for alice`.
fn purpose(visit: &Visit<'_>) -> Option<Bounded<256>> {
    let Login { service, user, .. } = visit.login;
    format!("{} for {}", service.as_deref()?, user.as_deref()?).parse().ok()
}
