use crate::audit::{Caller, Event};
use crate::domain::{
    Account, AppName, Approval, Asked, ClockError, Factor, Progress, Push, Question, UnixTime,
};
use crate::gate::{GateError, Request, decide};
use crate::store::{Change, Store, StoreError};

/// A question to whoever has a device of the app.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The app.
    pub app: &'a AppName,
    /// What is asked.
    pub question: &'a Question,
    /// The caller, for the log.
    pub caller: &'a Caller,
}

/// Asks, unless that has to wait, and records and logs it before it answers.
///
/// # Errors
/// [`GateError`] if it cannot be recorded or logged; nobody was asked then.
pub fn ask(
    store: &(impl Store + ?Sized),
    Ask { app, question, caller }: Ask<'_>,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Asked, GateError> {
    let request = Request { app, action: "push", caller };
    decide(store, request, clock, |enrolment, now| {
        let before = &enrolment.account;
        let (asked, account) = before.challenge(question.clone(), now);
        // As with codes: whatever changes nothing leaves no line.
        let event = (*before != account).then(|| Event {
            factor: Some(Factor::Push.name().into()),
            wait: asked.retry_after(),
            ..request.event(Some(now), asked.reason())
        });
        Ok((asked, Change { account, event }))
    })
}

/// Reports whether a challenge is not answered yet, and can be at `now`.
///
/// # Errors
/// [`StoreError`] if the app cannot be read.
pub fn is_waiting(
    store: &(impl Store + ?Sized),
    app: &AppName,
    approval: &Approval,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let account = store.account(app)?;
    let asked = account.push.asked_by(approval);
    Ok(asked.is_some_and(|asked| asked.at(now).progress == Progress::Waiting))
}

/// Ends a challenge that nobody waits for any more, and reports whether this caller had asked it.
///
/// # Errors
/// [`GateError`] if it cannot be recorded or logged.
pub fn cancel(
    store: &(impl Store + ?Sized),
    app: &AppName,
    approval: &Approval,
    caller: &Caller,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<bool, GateError> {
    let request = Request { app, action: "push", caller };
    decide(store, request, clock, |enrolment, now| {
        let before = &enrolment.account;
        let Some(push) = before.push.cancelled(approval, now) else {
            return Ok((false, before.clone().into()));
        };
        Ok((true, changed(request, before, push, now, "cancelled")))
    })
}

/// Returns the change to these devices or challenges, with its line in the log if it is one.
pub(super) fn changed(
    request: Request<'_>,
    before: &Account,
    push: Push,
    now: UnixTime,
    outcome: &str,
) -> Change {
    let event = (before.push != push).then(|| Event {
        factor: Some(Factor::Push.name().into()),
        ..request.event(Some(now), outcome)
    });
    Change { account: Account { push, ..before.clone() }, event }
}
