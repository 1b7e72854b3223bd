//! The gate: one call that decides whether a code opens.

use crate::domain::{
    AppName, ClockError, CodeError, Factor, HashingError, Presented, UnixTime, Verdict,
};
use crate::store::{Store, StoreError, update};

/// Tells why no verdict could be had; it is never an acceptance.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// The text is no code of this app; it is not counted as a failure.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The clock tells no usable time.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A backup code could not be compared, for want of memory; nothing was counted or used up.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// The app could not be read, or the outcome not be recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Is the verdict on an attempt, and what its owner should hear with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Outcome {
    /// Whether it opens.
    pub verdict: Verdict,
    /// What was presented.
    pub factor: Factor,
    /// How many backup codes are left after it.
    pub backup_codes_left: usize,
    /// How many failures there were since the last success, before it.
    pub failures: u32,
    /// When the first of them was.
    pub failing_since: Option<UnixTime>,
}

/// Judges what is presented for an app, and records the outcome before it gives the verdict.
///
/// `clock` is asked once the app is held, since a process may have waited for it for seconds.
///
/// # Errors
/// [`GateError`] where no verdict can be had or recorded; the caller must refuse.
pub fn authenticate(
    store: &(impl Store + ?Sized),
    app: &AppName,
    presented: &Presented,
    mut clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Outcome, GateError> {
    update(store, app, |enrolment| {
        let account = &enrolment.account;
        let usable = match presented {
            Presented::Code(code) => {
                code.check_length(account.totp.digits).map_err(GateError::from)
            }
            Presented::Backup(_) => Ok(()),
        };
        let judged = usable
            .and_then(|()| Ok(clock()?))
            .and_then(|now| Ok(account.verify(&enrolment.secret, presented, now)?));
        match judged {
            Err(e) => (Err(e), account.clone()),
            Ok((verdict, judged)) => {
                let (failures, failing_since) = account.failures();
                let backup_codes_left = judged.backup.digests.len();
                let factor = presented.factor();
                (
                    Ok(Outcome { verdict, factor, backup_codes_left, failures, failing_since }),
                    judged,
                )
            }
        }
    })?
}
