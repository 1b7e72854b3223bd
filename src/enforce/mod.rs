//! Deciding by a policy: the decision, what it has to remember, and the log, in one call.

#[cfg(feature = "policy")]
mod policy_file;

use crate::GateError;
use crate::audit::Caller;
use crate::domain::{Account, AppName, ClockError, UnixTime};
use crate::policy::{Access, Outcome, Policy, PolicyMemory};
use crate::store::{Store, StoreError};

#[cfg(feature = "policy")]
pub use policy_file::PolicyFileError;

/// What is asked of a policy, by whom, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// The name of whoever wants to be let in: of their app, if they are enrolled.
    pub app: &'a AppName,
    /// What they want to do, and from where.
    pub access: &'a Access,
    /// Who asks.
    pub caller: &'a Caller,
}

/// Decides on an access, records what the decision has to remember, and only then answers.
///
/// A grace period begins with the first call for a name, and each call that it lets in is recorded.
/// A service account that is let in unasked is logged.
///
/// # Errors
/// [`GateError`] if nothing can be decided, recorded or logged; the caller must refuse.
pub fn check(
    store: &(impl Store + ?Sized),
    policy: &Policy,
    Check { app, access, caller }: Check<'_>,
    mut clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Outcome, GateError> {
    // A store that is not there knows nobody, and has no log.
    store.policy_memory(app)?;
    if policy.lets_in_unasked(access) {
        let now = clock()?;
        let outcome = policy.decide(access, None, &PolicyMemory::default(), now).outcome;
        let decision = outcome.decision.name();
        store.log(&caller.event(Some(now), app.as_str(), "policy check", decision))?;
        return Ok(outcome);
    }
    let account = account(store, app)?;
    let mut answer = None;
    store.change_policy_memory(app, &mut |memory| match clock() {
        Ok(now) => {
            let decided = policy.decide(access, account.as_ref(), memory, now);
            answer = Some(Ok(decided.outcome));
            decided.memory
        }
        Err(error) => {
            answer = Some(Err(error.into()));
            memory.clone()
        }
    })?;
    answer.unwrap_or(Err(StoreError::Busy.into()))
}

/// Returns the account of an app, or `None` for a name without one; what cannot be read is neither.
fn account(store: &(impl Store + ?Sized), app: &AppName) -> Result<Option<Account>, StoreError> {
    match store.get(app) {
        Ok(enrolment) => Ok(Some(enrolment.account)),
        Err(StoreError::NoSuchApp(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
