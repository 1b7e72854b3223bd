use std::io;

use mfa::GateError;
use mfa::domain::{ClockError, HashingError};
use mfa::store::StoreError;

use super::Env;
use super::location::Location;

/// Is the exit status, on which scripts decide; the README says what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    Done = 0,
    Refused = 1,
    Usage = 2,
    Throttled = 3,
    NoSuchApp = 4,
    Store = 5,
    Record = 6,
    Clock = 7,
    /// `run` alone: the command was not run.
    NotRun = 125,
    /// `run` alone: the command is there and cannot be run.
    NotExecutable = 126,
    /// `run` alone: the command is not there.
    NotFound = 127,
}

/// Is what the caller got wrong, in words that may be shown.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct Usage {
    text: String,
    hint: Option<String>,
}

/// Says that the system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("no randomness to be had: {0}")]
pub struct NoRandomness(pub io::Error);

/// Says that stdout did not take all that the command had to say.
#[derive(Debug, thiserror::Error)]
#[error("cannot write stdout: {0}")]
pub struct Undelivered(pub io::Error);

impl Undelivered {
    /// Reports whether the reader went away, which is no failure: `mfa list | head -1`.
    fn is_closed_pipe(&self) -> bool {
        self.0.kind() == io::ErrorKind::BrokenPipe
    }
}

impl Usage {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), hint: None }
    }

    pub fn with_hint(text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { text: text.into(), hint: Some(hint.into()) }
    }
}

/// Picks the exit status by the kind of the error; what has no kind of its own is usage.
pub fn of(error: &anyhow::Error) -> Status {
    if let Some(store) = store_error(error) {
        return of_store(store);
    }
    if let Some(undelivered) = error.downcast_ref::<Undelivered>() {
        return if undelivered.is_closed_pipe() { Status::Done } else { Status::Record };
    }
    if matches!(error.downcast_ref(), Some(GateError::Hashing(_))) || error.is::<HashingError>() {
        return Status::Record;
    }
    let clock =
        error.is::<ClockError>() || matches!(error.downcast_ref(), Some(GateError::Clock(_)));
    if clock || error.is::<NoRandomness>() { Status::Clock } else { Status::Usage }
}

/// Tells the error and gives its status.
pub fn tell(env: &mut Env<'_>, error: &anyhow::Error, location: &Location) -> Status {
    if error.downcast_ref().is_some_and(Undelivered::is_closed_pipe) {
        return Status::Done;
    }
    let hint = store_error(error).and_then(|error| location.hint(error)).or_else(|| hint(error));
    env.error(&text(error), hint.as_deref());
    of(error)
}

/// Says what went wrong, and why, down to what the system said.
pub fn text(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Gives what may help.
fn hint(error: &anyhow::Error) -> Option<String> {
    match (store_error(error), error.downcast_ref::<Usage>()) {
        (Some(StoreError::Unsafe { mend, .. }), _) => {
            mend.as_ref().map(|mend| format!("run {mend}"))
        }
        (Some(StoreError::Busy), _) => Some("try again once the other process has ended".into()),
        (_, Some(usage)) => usage.hint.clone(),
        _ => None,
    }
}

/// Finds what the store said.
pub fn store_error(error: &anyhow::Error) -> Option<&StoreError> {
    match error.downcast_ref() {
        Some(GateError::Store(store)) => Some(store),
        _ => error.downcast_ref(),
    }
}

fn of_store(error: &StoreError) -> Status {
    match error {
        StoreError::NoSuchApp(_) => Status::NoSuchApp,
        StoreError::Exists(_) => Status::Refused,
        StoreError::Write { .. } | StoreError::Busy => Status::Record,
        // Unsafe, damaged or not to be read: it cannot be believed.
        _ => Status::Store,
    }
}
