use crate::audit::Caller;
use crate::domain::{AppName, ClockError, Enrolment, Issued, RecoveryCode, UnixTime, Verdict};
use crate::gate::{GateError, Request, decide};
use crate::store::{Change, Replacement, Store};

/// A code that is right, and not used up yet.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The code, as the store keeps it.
    pub issued: Issued,
    /// What it replaces.
    pub old: Enrolment,
}

/// What takes the place of lost factors.
#[derive(Clone, Copy, Debug)]
pub struct Complete<'a> {
    /// The app.
    pub app: &'a AppName,
    /// The code, as [`check`] has found it.
    pub issued: &'a Issued,
    /// The new secret, and an account that has accepted its first code.
    pub new: &'a Enrolment,
    /// The caller, for the log.
    pub caller: &'a Caller,
}

/// Judges a recovery code, and records and logs a failure; returns the verdict where it is refused.
///
/// # Errors
/// [`GateError`] if no verdict can be reached, recorded or logged; the caller must refuse.
pub fn check(
    store: &(impl Store + ?Sized),
    app: &AppName,
    code: &RecoveryCode,
    caller: &Caller,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Result<Checked, Verdict>, GateError> {
    judged(store, Presented { app, code, nonce: None, caller }, clock)
}

/// Does the same where the secret that the code stands for is shown: with another nonce it is another one,
/// so that whoever saw one before has nothing, and the log says that it was shown.
///
/// # Errors
/// As for [`check`].
pub fn show(
    store: &(impl Store + ?Sized),
    app: &AppName,
    code: &RecoveryCode,
    nonce: [u8; 16],
    caller: &Caller,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Result<Checked, Verdict>, GateError> {
    judged(store, Presented { app, code, nonce: Some(nonce), caller }, clock)
}

struct Presented<'a> {
    app: &'a AppName,
    code: &'a RecoveryCode,
    /// The nonce of the secret that is shown, if one is.
    nonce: Option<[u8; 16]>,
    caller: &'a Caller,
}

fn judged(
    store: &(impl Store + ?Sized),
    Presented { app, code, nonce, caller }: Presented<'_>,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Result<Checked, Verdict>, GateError> {
    let request = Request { app, action: "recover", caller };
    decide(store, request, clock, |old, now| {
        let (verdict, mut account) = old.account.check_recovery(code, now)?;
        let issued = account.recovery.issued.as_mut().filter(|_| verdict == Verdict::Accepted);
        let Some(issued) = issued else {
            let is_logged = account != old.account;
            let event = is_logged.then(|| request.event(Some(now), verdict.reason()));
            return Ok((Err(verdict), Change { account, event }));
        };
        issued.nonce = nonce.unwrap_or(issued.nonce);
        let checked = Checked { issued: issued.clone(), old: old.clone() };
        let event = nonce.map(|_| request.event(Some(now), "shown"));
        Ok((Ok(checked), Change { account, event }))
    })
}

/// Puts new factors in place of the lost ones and uses the code up, in one change; reports whether
/// the code was still good.
///
/// # Errors
/// [`GateError`] if it cannot be recorded or logged; what was shown is void unless it is in the store.
pub fn complete(
    store: &(impl Store + ?Sized),
    done: Complete<'_>,
    mut clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<bool, GateError> {
    let request = Request { app: done.app, action: "recover", caller: done.caller };
    let mut outcome = Ok(false);
    store.expect_room_for_event()?;
    store.replace(done.app, &mut |old| {
        let replacement = clock().map(|now| {
            let event = request.event(Some(now), "done");
            is_good(old, &done, now).then(|| Replacement { enrolment: done.new.clone(), event })
        });
        outcome = replacement.as_ref().map(Option::is_some).map_err(|error| *error);
        replacement.ok().flatten()
    })?;
    Ok(outcome?)
}

/// Reports whether nobody has used, withdrawn or replaced the code since it was checked, and the new secret
/// is another one: the old one may be in other hands.
fn is_good(old: &Enrolment, done: &Complete<'_>, now: UnixTime) -> bool {
    let is_new = old.secret.expose_bytes() != done.new.secret.expose_bytes();
    old.account.recovery.issued.as_ref() == Some(done.issued) && done.issued.is_good(now) && is_new
}
