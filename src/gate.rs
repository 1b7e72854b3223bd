//! The gate: one call that decides whether a code opens.

use crate::domain::{AppName, ClockError, Code, CodeError, UnixTime, Verdict};
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
    /// The app could not be read, or the outcome not be recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Judges a code for an app, and records the outcome before it gives the verdict.
///
/// `clock` is asked once the app is held, since a process may have waited for it for seconds.
///
/// # Errors
/// [`GateError`] where no verdict can be had or recorded; the caller must refuse.
pub fn authenticate(
    store: &(impl Store + ?Sized),
    app: &AppName,
    code: &Code,
    mut clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Verdict, GateError> {
    update(store, app, |enrolment| {
        let account = &enrolment.account;
        let now = code.check_length(account.totp.digits).map_err(GateError::from);
        match now.and_then(|()| Ok(clock()?)) {
            Err(e) => (Err(e), account.clone()),
            Ok(now) => {
                let (verdict, account) = account.verify(&enrolment.secret, code, now);
                (Ok(verdict), account)
            }
        }
    })?
}
