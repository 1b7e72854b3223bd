//! Where enrolments live: the [`Store`] trait, the folder on disk, and one in memory.

mod error;
mod fix;
mod folder;
mod memory;

use crate::audit::Event;
use crate::domain::{Account, AppName, Enrolment};

pub use error::{Finding, Place, StoreError};
pub use fix::Fix;
pub use folder::{Folder, StoreGuard};
pub use memory::Memory;

/// A place that keeps enrolments and changes each of them for one caller at a time.
pub trait Store {
    /// Lists the apps, sorted.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be believed or read.
    fn apps(&self) -> Result<Vec<AppName>, StoreError>;

    /// Reads one enrolment, as it stands at some moment.
    ///
    /// # Errors
    /// [`StoreError::NoSuchApp`], or another where it cannot be believed or read.
    fn get(&self, app: &AppName) -> Result<Enrolment, StoreError>;

    /// Adds an app, durably and whole or not at all.
    ///
    /// With [`Existing::Replace`] the app that is there gives way, and the new one keeps its last
    /// accepted time step.
    ///
    /// # Errors
    /// [`StoreError::Exists`] with [`Existing::Keep`], or another where it cannot be recorded.
    fn enrol(&self, app: &AppName, new: &Enrolment, existing: Existing) -> Result<(), StoreError>;

    /// Adds many apps, each as [`enrol`](Self::enrol) does with [`Existing::Keep`];
    /// gives a result for each, and calls `step` after each.
    ///
    /// # Errors
    /// [`StoreError`] where none could be recorded.
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

    /// Removes an app with all that belongs to it.
    ///
    /// # Errors
    /// [`StoreError::NoSuchApp`], or another where it cannot be recorded.
    fn remove(&self, app: &AppName) -> Result<(), StoreError>;

    /// Gives an app another name; what it remembers goes with it.
    ///
    /// # Errors
    /// [`StoreError::NoSuchApp`], [`StoreError::Exists`] for the new name, or another where it
    /// cannot be recorded.
    fn rename(&self, old: &AppName, new: &AppName) -> Result<(), StoreError>;

    /// Calls `change` with the enrolment and records the account that it returns, durably, and only
    /// if nobody changed it in between; else it calls `change` again with what is there now. Then
    /// it logs the event.
    ///
    /// Use [`update`], which also hands the answer out.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be read, or not be recorded or logged: the change then did
    /// not happen as far as any caller may be told.
    fn change(
        &self,
        app: &AppName,
        change: &mut dyn FnMut(&Enrolment) -> Change,
    ) -> Result<(), StoreError>;

    /// Refuses where an event could not be logged, as far as that can be seen beforehand.
    ///
    /// # Errors
    /// [`StoreError`] where the log cannot be believed, opened, or grow.
    fn expect_room_for_event(&self) -> Result<(), StoreError>;

    /// Adds an event to the audit log; a store that is not there gets none.
    ///
    /// # Errors
    /// [`StoreError`] where it could not be written whole, or the log cannot be believed.
    fn log(&self, event: &Event) -> Result<(), StoreError>;
}

/// What is to be recorded of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What the app is from now on.
    pub account: Account,
    /// What the log tells of it.
    pub event: Option<Event>,
}

/// A change that the log does not tell of.
impl From<Account> for Change {
    fn from(account: Account) -> Self {
        Self { account, event: None }
    }
}

/// What becomes of an app that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and enrolling fails.
    Keep,
    /// It gives way.
    Replace,
}

/// Changes one account and returns `change`'s answer, once the change is recorded: the single way
/// in which a code is accepted, once, however many processes race for it.
///
/// # Errors
/// As [`Store::change`]; the answer is then lost, and must be.
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
