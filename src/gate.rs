//! The gate: one call that decides whether a credential opens, whoever asks.

use crate::audit::{Caller, Event};
use crate::domain::{
    Account, AppName, ClockError, CodeError, Credential, Enrolment, Factor, HashingError, UnixTime,
    Verdict,
};
use crate::store::{Change, Store, StoreError, update};

/// One attempt to be let in.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The app.
    pub app: &'a AppName,
    /// The credential that is presented.
    pub credential: &'a Credential,
    /// Its purpose, as the log states it: `authenticate`, `run`.
    pub action: &'a str,
    /// Who asks.
    pub caller: &'a Caller,
}

/// The verdict on an attempt, and what its owner should hear with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Authentication {
    /// The verdict itself.
    pub verdict: Verdict,
    /// The factor of what was presented.
    pub factor: Factor,
    /// The number of backup codes that are left after it.
    pub backup_codes_left: usize,
    /// The number of failures between the last success and this attempt.
    pub failures: u32,
    /// When the first of them was.
    pub failing_since: Option<UnixTime>,
}

/// The reasons why there is no verdict; none of them is an acceptance.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// A text that is not a code of this app; it does not count as a failure.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// A clock without a usable time.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A backup code that could not be compared for lack of memory; nothing was counted or used up.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// An app that could not be read, or an outcome that could not be recorded or logged.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl GateError {
    /// Returns the reason as JSON and the audit log write it, or `None` if there was no attempt.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Code(_) => None,
            Self::Clock(_) => Some("clock"),
            Self::Store(StoreError::NoSuchApp(_)) => Some("unknown_app"),
            Self::Hashing(_) | Self::Store(StoreError::Write { .. } | StoreError::Busy) => {
                Some("record")
            }
            Self::Store(error) if error.is_exhaustion() => Some("record"),
            Self::Store(_) => Some("store"),
        }
    }
}

/// Judges an attempt, records the outcome, logs it, and only then answers.
///
/// `clock` is read once the app is locked, since a process may have waited seconds for that. The
/// log is checked first, so that an attempt that cannot be logged is not judged.
///
/// # Errors
/// [`GateError`] if no verdict can be reached, recorded or logged; the caller must refuse.
pub fn authenticate(
    store: &(impl Store + ?Sized),
    attempt: Attempt<'_>,
    mut clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Authentication, GateError> {
    let judged = store.expect_room_for_event().and_then(|()| {
        update(store, attempt.app, |enrolment| {
            match clock().map_err(GateError::from).and_then(|now| judge(attempt, enrolment, now)) {
                Ok((authentication, change)) => (Ok(authentication), change),
                Err(error) => (Err(error), enrolment.account.clone().into()),
            }
        })
    });
    judged.map_err(GateError::from).flatten().inspect_err(|error| {
        if let Some(event) = failure(attempt, error, clock().ok()) {
            // It is refused in any case.
            let _ = store.log(&event);
        }
    })
}

fn judge(
    attempt: Attempt<'_>,
    enrolment: &Enrolment,
    now: UnixTime,
) -> Result<(Authentication, Change), GateError> {
    let before = &enrolment.account;
    if let Credential::Code(code) = attempt.credential {
        code.check_length(before.totp.digits)?;
    }
    let (verdict, account) = before.verify(&enrolment.secret, attempt.credential, now)?;
    let (failures, failing_since) = before.failures();
    let authentication = Authentication {
        verdict,
        factor: attempt.credential.factor(),
        backup_codes_left: account.backup.digests.len(),
        failures,
        failing_since,
    };
    let event = is_logged(&authentication.verdict, before, &account)
        .then(|| verdict_event(attempt, &authentication, now));
    Ok((authentication, Change { account, event }))
}

/// Reports whether a verdict is logged: only the first attempt during a wait is, and none while the
/// app is disabled, so that nobody can fill the disk by trying.
fn is_logged(verdict: &Verdict, before: &Account, after: &Account) -> bool {
    match verdict {
        Verdict::Throttled { .. } => before != after,
        Verdict::Disabled => false,
        Verdict::Accepted | Verdict::Wrong | Verdict::Reused => true,
    }
}

fn verdict_event(attempt: Attempt<'_>, judged: &Authentication, now: UnixTime) -> Event {
    let Attempt { app, action, caller, .. } = attempt;
    Event {
        factor: Some(judged.factor.name().into()),
        wait: judged.verdict.retry_after(),
        ..caller.event(Some(now), app.as_str(), action, judged.verdict.reason())
    }
}

/// Returns the event of an attempt without a verdict, or `None` for an unknown app.
fn failure(attempt: Attempt<'_>, error: &GateError, now: Option<UnixTime>) -> Option<Event> {
    let Attempt { app, credential, action, caller } = attempt;
    let reason = error.reason().filter(|reason| *reason != "unknown_app")?;
    let factor = Some(credential.factor().name().into());
    Some(Event { factor, ..caller.event(now, app.as_str(), action, reason) })
}
