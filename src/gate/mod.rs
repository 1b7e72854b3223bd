//! The gate: one call that decides whether a credential opens, whoever asks.

mod decide;
mod notices;

use crate::audit::{Caller, Event};
use crate::domain::{
    Account, AppName, ClockError, Code, CodeError, Credential, Enrolment, EnrolmentId, Factor,
    HashingError, Judged, PhoneNumber, UnixTime, Verdict,
};
use crate::policy::Remember;
use crate::store::{Change, Store, StoreError};
pub(crate) use decide::{Request, decide};
pub use notices::{NewPhone, Notices};

/// One attempt to be let in.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The app.
    pub app: &'a AppName,
    /// The credential that is presented.
    pub credential: &'a Credential,
    /// Its purpose, as the log states it: `authenticate`, `run`.
    pub action: &'a str,
    /// The caller, for the log.
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
    /// The caller, for the log.
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
    /// The time of the first of them.
    pub failing_since: Option<UnixTime>,
    /// Why nothing was remembered with an acceptance, which stands all the same.
    pub unremembered: Option<StoreError>,
    /// The phone to which codes are sent, and the time at which it was set, where its owner has not
    /// heard of it yet.
    pub new_phone: Option<(PhoneNumber, UnixTime)>,
    /// The time at which a device was enrolled of which the owner has not heard yet.
    pub new_device: Option<UnixTime>,
    /// The time at which a recovery code was issued that was not used yet.
    pub recovery: Option<UnixTime>,
    /// Whether the factors are suspended, since they were stolen.
    pub suspended: bool,
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
    let (authentication, admitted) =
        decide(store, request, clock, |Enrolment { secret, account }, now| {
            credential.check(account)?;
            let mut judged = account.verify(secret, credential, now)?;
            let admitted = remember
                .filter(|_| judged.verdict == Verdict::Accepted)
                .map(|new| (*judged.account.enrolment.get_or_insert(new.enrolment), new, now));
            let (authentication, change) = outcome(request, account, judged, now);
            Ok(((authentication, admitted), change))
        })?;
    let unremembered = admitted.and_then(|admitted| remembered(store, app, admitted).err());
    Ok(Authentication { unremembered, ..authentication })
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
        let judged = Judged { verdict, factor: account.otp.factor(), account: resynced };
        Ok(outcome(request, account, judged, now))
    })
}

pub(crate) fn outcome(
    request: Request<'_>,
    before: &Account,
    Judged { verdict, factor, account }: Judged,
    now: UnixTime,
) -> (Authentication, Change) {
    let (failures, failing_since) = before.failures();
    let backup_codes_left = account.backup.digests.len();
    let new_phone = before.sms.as_ref().and_then(|sms| Some((sms.phone.clone(), sms.unheard?)));
    // A verdict that changes nothing, such as those after the first one during a wait and those on a
    // disabled app, leaves no line: nobody can fill the disk by trying.
    let is_logged = verdict == Verdict::Accepted || *before != account;
    let event = is_logged.then(|| Event {
        factor: Some(factor.name().into()),
        wait: verdict.retry_after(),
        ..request.event(Some(now), verdict.reason())
    });
    let authentication = Authentication {
        verdict,
        factor,
        backup_codes_left,
        failures,
        failing_since,
        new_phone,
        new_device: before.push.unheard,
        suspended: before.recovery.suspended,
        recovery: before.recovery.issued.as_ref().map(|issued| issued.at),
        unremembered: None,
    };
    (authentication, Change { account, event })
}
