use super::GateError;
use crate::audit::{Caller, Event};
use crate::domain::{AppName, ClockError, Enrolment, UnixTime};
use crate::store::{Change, Store, update};

/// What is asked of the gate, and by whom.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) app: &'a AppName,
    pub(crate) action: &'a str,
    pub(crate) caller: &'a Caller,
}

impl Request<'_> {
    /// Returns the event of this outcome.
    pub(crate) fn event(&self, now: Option<UnixTime>, outcome: &str) -> Event {
        self.caller.event(now, self.app.as_str(), self.action, outcome)
    }
}

/// Decides under the app's lock, records what changes, logs it, and only then answers.
///
/// The log is checked first, so that what cannot be logged is not decided. The clock is read once
/// the app is locked.
pub(crate) fn decide<T>(
    store: &(impl Store + ?Sized),
    request: Request<'_>,
    mut clock: impl FnMut() -> Result<UnixTime, ClockError>,
    judge: impl Fn(&Enrolment, UnixTime) -> Result<(T, Change), GateError>,
) -> Result<T, GateError> {
    let mut factor = None;
    let decided = store.expect_room_for_event().and_then(|()| {
        update(store, request.app, |enrolment| {
            let now = clock().map_err(GateError::from);
            match now.and_then(|now| judge(enrolment, now)) {
                Ok((answer, change)) => {
                    factor = change.event.as_ref().and_then(|event| event.factor.clone());
                    (Ok(answer), change)
                }
                Err(error) => (Err(error), enrolment.account.clone().into()),
            }
        })
    });
    decided.map_err(GateError::from).flatten().inspect_err(|error| {
        // It is refused in any case. An unknown app writes nothing.
        if let Some(reason) = error.reason().filter(|reason| *reason != "unknown_app") {
            let _ = store.log(&Event { factor, ..request.event(clock().ok(), reason) });
        }
    })
}
