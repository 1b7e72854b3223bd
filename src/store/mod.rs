//! Where enrolments live: the [`Store`] trait, the folder on disk, and one in memory.

mod base64_bytes;
#[cfg(feature = "service")]
mod client_record;
mod error;
mod fix;
mod folder;
mod memory;
mod policy_record;
#[cfg(feature = "postgres")]
mod postgres;
mod read;
mod record;
pub mod sealing;
pub(crate) mod trusted_file;

use crate::audit::Event;
#[cfg(feature = "service")]
use crate::client::Client;
use crate::domain::{Account, AppName, Enrolment, SmsQuota};
use crate::policy::PolicyMemory;

pub use error::{Finding, Place, StoreError};
pub use fix::Fix;
pub use folder::{Folder, StoreGuard};
pub use memory::Memory;
#[cfg(feature = "postgres")]
pub use postgres::{GRANTS, Inspection, Postgres, PostgresUrl, PostgresUrlError};

/// Apps, each with its account or why that cannot be read.
///
/// After an error of its own there are no more.
pub type Accounts<'a> =
    Box<dyn Iterator<Item = Result<(AppName, Result<Account, StoreError>), StoreError>> + 'a>;

/// A place that keeps enrolments and changes each of them for one caller at a time.
pub trait Store {
    /// Returns the names of the apps, sorted.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot be trusted or read.
    fn apps(&self) -> Result<Vec<AppName>, StoreError>;

    /// Reads one enrolment, as it is at some moment during the call.
    ///
    /// # Errors
    /// [`StoreError::NoSuchApp`], or another error if it cannot be trusted or read.
    fn get(&self, app: &AppName) -> Result<Enrolment, StoreError>;

    /// Reads the account of one enrolment, for which no key of a sealed secret is needed; without
    /// one, nothing shows whether it is as the gate wrote it.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    fn account(&self, app: &AppName) -> Result<Account, StoreError> {
        self.get(app).map(|enrolment| enrolment.account)
    }

    /// Returns every app, sorted, with its account or why that cannot be read, as
    /// [`account`](Self::account) reads it: each when it is asked for, so that a large store needs
    /// little memory.
    ///
    /// # Errors
    /// As [`apps`](Self::apps).
    fn accounts(&self) -> Result<Accounts<'_>, StoreError> {
        let named = |app: AppName| match self.account(&app) {
            // It was removed after it was listed.
            Err(StoreError::NoSuchApp(_)) => None,
            account => Some(Ok((app, account))),
        };
        Ok(Box::new(self.apps()?.into_iter().filter_map(named)))
    }

    /// Adds an app durably, whole or not at all.
    ///
    /// With [`Existing::Replace`] the new app replaces an existing one, and keeps its last accepted
    /// time step.
    ///
    /// # Errors
    /// [`StoreError::Exists`] with [`Existing::Keep`], or another error if it cannot be recorded.
    fn enrol(&self, app: &AppName, new: &Enrolment, existing: Existing) -> Result<(), StoreError>;

    /// Adds many apps, each as [`enrol`](Self::enrol) does with [`Existing::Keep`].
    ///
    /// Returns a result for each, and calls `step` after each.
    ///
    /// # Errors
    /// [`StoreError`] if none could be recorded.
    fn enrol_all(
        &self,
        new: &[(AppName, Enrolment)],
        step: &mut dyn FnMut(),
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let mut enrol = |(app, new): &(AppName, Enrolment)| {
            let result = self.enrol(app, new, Existing::Keep);
            step();
            result
        };
        Ok(new.iter().map(&mut enrol).collect())
    }

    /// Removes an app and everything that belongs to it.
    ///
    /// # Errors
    /// [`StoreError::NoSuchApp`], or another error if it cannot be recorded.
    fn remove(&self, app: &AppName) -> Result<(), StoreError>;

    /// Renames an app, along with everything it remembers.
    ///
    /// # Errors
    /// [`StoreError::NoSuchApp`], [`StoreError::Exists`] for the new name, or another error if it
    /// cannot be recorded.
    fn rename(&self, old: &AppName, new: &AppName) -> Result<(), StoreError>;

    /// Calls `change` with the enrolment, records the account that it returns, and then logs the
    /// event.
    ///
    /// The account is recorded durably, and only if nobody changed it in between; otherwise
    /// `change` is called again with the current enrolment.
    ///
    /// Use [`update`], which also returns the answer.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read, recorded or logged; callers must then act as if the
    /// change did not happen.
    fn change(
        &self,
        app: &AppName,
        change: &mut dyn FnMut(&Enrolment) -> Change,
    ) -> Result<(), StoreError>;

    /// Calls `replace` with the enrolment, and records the one that it returns in its place, its
    /// secret included, whole or not at all; then logs the event. Where it returns none, nothing
    /// changes.
    ///
    /// Nobody changes the app in between, and the new one keeps the last accepted time step.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read, recorded or logged; what was returned is void unless it
    /// is in the store.
    fn replace(
        &self,
        app: &AppName,
        replace: &mut dyn FnMut(&Enrolment) -> Option<Replacement>,
    ) -> Result<(), StoreError>;

    /// Returns the names of which the policy remembers something, enrolled or not, sorted.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot be trusted or read.
    fn policy_names(&self) -> Result<Vec<AppName>, StoreError>;

    /// Returns what the policy remembers of a name, if anything.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], or another error if it cannot be trusted or read.
    fn policy_memory(&self, name: &AppName) -> Result<Option<PolicyMemory>, StoreError>;

    /// Calls `change` with what the policy remembers of a name, and records the memory that it
    /// returns durably, if it is another one, and if nobody changed it in between; otherwise
    /// `change` is called again.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], or another error if it cannot be trusted, read or recorded; callers
    /// must then act as if the change did not happen.
    fn change_policy_memory(
        &self,
        name: &AppName,
        change: &mut dyn FnMut(&PolicyMemory) -> PolicyMemory,
    ) -> Result<(), StoreError>;

    /// Returns the callers of the service, in the order in which they were added.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], or another error if they cannot be trusted or read.
    #[cfg(feature = "service")]
    fn clients(&self) -> Result<Vec<Client>, StoreError>;

    /// Calls `change` with the callers of the service, and records those that it returns durably, if
    /// they are others, and if nobody changed them in between; otherwise `change` is called again.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], or another error if they cannot be trusted, read or recorded;
    /// callers must then act as if the change did not happen.
    #[cfg(feature = "service")]
    fn change_clients(
        &self,
        change: &mut dyn FnMut(&[Client]) -> Vec<Client>,
    ) -> Result<(), StoreError>;

    /// Calls `change` with the quota of messages for all apps together, and records the one that it
    /// returns durably, and only if nobody changed it in between; otherwise `change` is called again.
    ///
    /// # Errors
    /// As for [`change_policy_memory`](Self::change_policy_memory).
    fn change_sms_quota(
        &self,
        change: &mut dyn FnMut(&SmsQuota) -> SmsQuota,
    ) -> Result<(), StoreError>;

    /// Fails if an event could not be logged, as far as that can be known beforehand.
    ///
    /// # Errors
    /// [`StoreError`] if the log cannot be trusted, opened or extended.
    fn expect_room_for_event(&self) -> Result<(), StoreError>;

    /// Fails if it is known that nobody could be let in: without the key of a sealed store, or without
    /// what a change has to wait for.
    ///
    /// # Errors
    /// [`StoreError`], as letting somebody in would fail.
    fn expect_ready(&self) -> Result<(), StoreError> {
        self.expect_room_for_event()?;
        self.apps()?.first().map_or(Ok(()), |app| self.get(app).map(drop))
    }

    /// Adds an event to the audit log, unless the store does not exist.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be written in full, or the log cannot be trusted.
    fn log(&self, event: &Event) -> Result<(), StoreError>;

    /// Adds many events to the audit log, each as [`log`](Self::log) does.
    ///
    /// # Errors
    /// As [`log`](Self::log), after the first that could not be written.
    fn log_all(&self, events: &[Event]) -> Result<(), StoreError> {
        events.iter().try_for_each(|event| self.log(event))
    }
}

/// A change to an app, to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The account from now on.
    pub account: Account,
    /// The event to log, if any.
    pub event: Option<Event>,
}

/// An enrolment that takes the place of another, to be recorded.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// The enrolment from now on.
    pub enrolment: Enrolment,
    /// The event to log.
    pub event: Event,
}

/// Makes a change that is not logged.
impl From<Account> for Change {
    fn from(account: Account) -> Self {
        Self { account, event: None }
    }
}

/// The treatment of an app that exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// The app stays, and enrolling fails.
    Keep,
    /// The app is replaced.
    Replace,
}

/// Changes one account, and returns the answer of `change` once the change is recorded.
///
/// This is the only way in which a code is accepted, and it accepts each code once, however many
/// processes race for it.
///
/// # Errors
/// As for [`Store::change`]; the answer is then lost, and must be.
pub fn update<T, C: Into<Change>>(
    store: &(impl Store + ?Sized),
    app: &AppName,
    mut change: impl FnMut(&Enrolment) -> (T, C),
) -> Result<T, StoreError> {
    let mut answer = None;
    store.change(app, &mut |enrolment| {
        let (told, changed) = change(enrolment);
        answer = Some(told);
        changed.into()
    })?;
    answer.ok_or(StoreError::Busy)
}
