use crate::audit::{Caller, Event};
use crate::domain::{AppName, ClockError, Enrolment, Evidence, Issued, UnixTime};
use crate::gate::{GateError, Request, decide};
use crate::store::{Change, Store};

/// A code to record, and what the one who issues it has seen.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// The app.
    pub app: &'a AppName,
    /// The code.
    pub issued: &'a Issued,
    /// What the log says of it.
    pub evidence: &'a Evidence,
    /// Whether the old factors are in other hands, and open nothing from now on.
    pub stolen: bool,
    /// The caller, for the log.
    pub caller: &'a Caller,
}

/// Records a recovery code in place of the one before, and logs who was seen with what.
///
/// # Errors
/// [`GateError`] if it cannot be recorded or logged; the code must then not be handed out.
pub fn issue(
    store: &(impl Store + ?Sized),
    new: Issue<'_>,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<(), GateError> {
    let request = Request { app: new.app, action: "recover-issue", caller: new.caller };
    decide(store, request, clock, |Enrolment { account, .. }, now| {
        let event = Event {
            verified_with: Some(new.evidence.verified_with.name().into()),
            reference: new.evidence.reference.as_ref().map(ToString::to_string),
            expires: Some(new.issued.expires.to_rfc3339()),
            stolen: new.stolen,
            ..request.event(Some(now), "done")
        };
        let account = account.with_recovery(new.issued.clone(), new.stolen);
        Ok(((), Change { account, event: Some(event) }))
    })
}

/// Withdraws a recovery code, and reports whether there was one.
///
/// # Errors
/// [`GateError`] if that cannot be recorded or logged.
pub fn cancel(
    store: &(impl Store + ?Sized),
    app: &AppName,
    caller: &Caller,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<bool, GateError> {
    let request = Request { app, action: "recover-cancel", caller };
    decide(store, request, clock, |Enrolment { account, .. }, now| {
        if account.recovery.issued.is_none() {
            return Ok((false, account.clone().into()));
        }
        let event = Some(request.event(Some(now), "done"));
        Ok((true, Change { account: account.without_recovery(), event }))
    })
}
