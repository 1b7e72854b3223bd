//! The gate: one call that decides whether a credential opens, whoever asks.

use std::cell::Cell;

use crate::audit::{Caller, Event};
use crate::domain::{
    Account, AppName, ClockError, Code, CodeError, Credential, Enrolment, EnrolmentId, Factor,
    HashingError, Judged, UnixTime, Verdict,
};
use crate::policy::Remember;
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
    /// What a policy remembers if it is accepted.
    pub remember: Option<&'a Remember>,
}

/// Two codes in a row of a token that is too far off to open.
#[derive(Clone, Copy, Debug)]
pub struct Resync<'a> {
    /// The app.
    pub app: &'a AppName,
    /// The codes, in the order in which the token showed them.
    pub codes: &'a [Code; 2],
    /// Who asks.
    pub caller: &'a Caller,
}

/// The verdict on an attempt, and what its owner should hear with it.
#[derive(Debug)]
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
    /// Why nothing was remembered with an acceptance, which stands all the same.
    pub unremembered: Option<StoreError>,
}

/// The reasons why there is no verdict; none of them is an acceptance.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// A text that is not a code of this app; it does not count as a failure.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// An app whose codes come from a phone, which keeps time by itself.
    #[error("only a hardware token's codes can be resynchronised")]
    NoToken,
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
            Self::Code(_) | Self::NoToken => None,
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
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Authentication, GateError> {
    let Attempt { app, credential, action, caller, remember } = attempt;
    let request = Request { app, action, caller };
    let admitted = Cell::new(None);
    let judged = decide(store, request, clock, |Enrolment { secret, account }, now| {
        credential.check(account)?;
        let mut judged = account.verify(secret, credential, now)?;
        if let (Verdict::Accepted, Some(new)) = (&judged.verdict, remember) {
            let enrolment = *judged.account.enrolment.get_or_insert(new.enrolment);
            admitted.set(Some((enrolment, new, now)));
        }
        Ok(judged)
    })?;
    let unremembered = admitted.take().and_then(|admitted| remembered(store, app, admitted).err());
    Ok(Authentication { unremembered, ..judged })
}

/// Remembers what came with an acceptance that is recorded already.
fn remembered(
    store: &(impl Store + ?Sized),
    app: &AppName,
    (enrolment, new, now): (EnrolmentId, &Remember, UnixTime),
) -> Result<(), StoreError> {
    store.change_policy_memory(app, &mut |memory| memory.remember(enrolment, new, now))
}

/// Judges two codes in a row of a token, and records where it is now, as [`authenticate`] judges
/// and records; it lets nobody in.
///
/// # Errors
/// [`GateError`] if no verdict can be reached, recorded or logged.
pub fn resync(
    store: &(impl Store + ?Sized),
    Resync { app, codes, caller }: Resync<'_>,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Authentication, GateError> {
    let request = Request { app, action: "resync", caller };
    decide(store, request, clock, |Enrolment { secret, account }, now| {
        if !account.is_token() {
            return Err(GateError::NoToken);
        }
        codes.iter().try_for_each(|code| code.check(&account.otp))?;
        let (verdict, resynced) = account.resync(secret, codes, now);
        Ok(Judged { verdict, factor: account.otp.factor(), account: resynced })
    })
}

/// What is asked of the gate, and by whom.
#[derive(Clone, Copy)]
struct Request<'a> {
    app: &'a AppName,
    action: &'a str,
    caller: &'a Caller,
}

fn decide(
    store: &(impl Store + ?Sized),
    request: Request<'_>,
    mut clock: impl FnMut() -> Result<UnixTime, ClockError>,
    judge: impl Fn(&Enrolment, UnixTime) -> Result<Judged, GateError>,
) -> Result<Authentication, GateError> {
    let mut factor = None;
    let decided = store.expect_room_for_event().and_then(|()| {
        update(store, request.app, |enrolment| {
            let now = clock().map_err(GateError::from);
            match now.and_then(|now| Ok((judge(enrolment, now)?, now))) {
                Ok((judged, now)) => {
                    factor = Some(judged.factor);
                    let (authentication, change) = outcome(request, enrolment, judged, now);
                    (Ok(authentication), change)
                }
                Err(error) => (Err(error), enrolment.account.clone().into()),
            }
        })
    });
    decided.map_err(GateError::from).flatten().inspect_err(|error| {
        if let Some(event) = failure(request, error, factor, clock().ok()) {
            // It is refused in any case.
            let _ = store.log(&event);
        }
    })
}

fn outcome(
    request: Request<'_>,
    enrolment: &Enrolment,
    Judged { verdict, factor, account }: Judged,
    now: UnixTime,
) -> (Authentication, Change) {
    let (failures, failing_since) = enrolment.account.failures();
    let backup_codes_left = account.backup.digests.len();
    let authentication = Authentication {
        verdict,
        factor,
        backup_codes_left,
        failures,
        failing_since,
        unremembered: None,
    };
    let event = is_logged(&authentication.verdict, &enrolment.account, &account)
        .then(|| verdict_event(request, &authentication, now));
    (authentication, Change { account, event })
}

/// Reports whether a verdict is logged: only one that changes something is, as the first attempt
/// during a wait does and one on a disabled app does not, so that nobody can fill the disk by trying.
fn is_logged(verdict: &Verdict, before: &Account, after: &Account) -> bool {
    *verdict == Verdict::Accepted || before != after
}

fn verdict_event(request: Request<'_>, judged: &Authentication, now: UnixTime) -> Event {
    let Request { app, action, caller } = request;
    Event {
        factor: Some(judged.factor.name().into()),
        wait: judged.verdict.retry_after(),
        ..caller.event(Some(now), app.as_str(), action, judged.verdict.reason())
    }
}

/// Returns the event of an attempt without a verdict, or `None` for an unknown app.
fn failure(
    request: Request<'_>,
    error: &GateError,
    factor: Option<Factor>,
    now: Option<UnixTime>,
) -> Option<Event> {
    let Request { app, action, caller } = request;
    let reason = error.reason().filter(|reason| *reason != "unknown_app")?;
    let factor = factor.map(|factor| factor.name().into());
    Some(Event { factor, ..caller.event(now, app.as_str(), action, reason) })
}
