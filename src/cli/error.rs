//! Why a command failed: one type for all of them, and the one place that picks the status.

use std::fmt::Display;
use std::io;

use mfa::GateError;
use mfa::domain::{ClockError, CodeError, HashingError, NameError, SecretError};
use mfa::qr::QrError;
use mfa::store::StoreError;
use mfa::transfer::import::ImportError;

use super::Status;

/// What most functions of the command line return.
pub type Result<T, E = CommandError> = std::result::Result<T, E>;

/// Why a command failed: the status that it ends with, what is told, and what may help.
#[derive(Debug)]
pub struct CommandError {
    status: Status,
    told: anyhow::Error,
    hint: Option<Hint>,
    /// The reason that `authenticate --json` has for an attempt without a verdict.
    pub reason: Option<&'static str>,
}

#[derive(Debug)]
enum Hint {
    Text(String),
    /// The app of this name is missing, and may be in another store.
    Missing(String),
}

impl CommandError {
    /// Makes an error of what went wrong underneath.
    pub fn new(status: Status, source: impl Into<anyhow::Error>) -> Self {
        Self { status, told: source.into(), hint: None, reason: None }
    }

    /// Makes an error of what the caller got wrong, in words that may be shown.
    pub fn usage(text: impl Into<String>) -> Self {
        Self::new(Status::Usage, anyhow::Error::msg(text.into()))
    }

    /// Says that the system gave no randomness.
    pub fn no_randomness(source: io::Error) -> Self {
        Self::new(Status::Clock, source).context("no randomness to be had")
    }

    /// Says that stdout did not take all that the command had to say. A reader that went away is no
    /// failure: `mfa list | head -1`.
    pub fn undelivered(source: io::Error) -> Self {
        let closed = source.kind() == io::ErrorKind::BrokenPipe;
        let status = if closed { Status::Done } else { Status::Record };
        Self::new(status, source).context("cannot write stdout")
    }

    /// Adds what may help.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(Hint::Text(hint.into()));
        self
    }

    /// Puts words before what is told.
    pub fn context(mut self, text: impl Display + Send + Sync + 'static) -> Self {
        self.told = self.told.context(text);
        self
    }

    /// Has the command end with another status.
    pub fn with_status(self, status: Status) -> Self {
        Self { status, ..self }
    }

    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns what went wrong, and why, down to what the system said.
    pub fn text(&self) -> String {
        self.told.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }

    /// Returns what may help; `elsewhere` looks for an app that is missing.
    pub fn help(&self, elsewhere: impl FnOnce(&str) -> Option<String>) -> Option<String> {
        match &self.hint {
            Some(Hint::Text(text)) => Some(text.clone()),
            Some(Hint::Missing(app)) => elsewhere(app),
            None => None,
        }
    }
}

/// Words before an error, where there is one.
pub trait ErrorContext<T> {
    fn context(self, text: impl Display + Send + Sync + 'static) -> Result<T>;
}

impl<T, E: Into<CommandError>> ErrorContext<T> for Result<T, E> {
    fn context(self, text: impl Display + Send + Sync + 'static) -> Result<T> {
        self.map_err(|error| error.into().context(text))
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let (status, hint) = match &error {
            StoreError::NoSuchApp(app) => (Status::NoSuchApp, Some(Hint::Missing(app.clone()))),
            StoreError::Exists(_) => (Status::Refused, None),
            StoreError::Write { .. } => (Status::Record, None),
            StoreError::Busy => {
                let hint = "try again once the other process has ended";
                (Status::Record, Some(Hint::Text(hint.into())))
            }
            StoreError::Unsafe { fix, .. } => {
                let run = fix.as_ref().map(|fix| Hint::Text(format!("run {fix}")));
                (Status::Store, run)
            }
            // Damaged or not to be read: it cannot be believed.
            _ => (Status::Store, None),
        };
        Self { status, told: error.into(), hint, reason: None }
    }
}

impl From<GateError> for CommandError {
    fn from(error: GateError) -> Self {
        let reason = error.reason();
        let error = match error {
            GateError::Store(error) => error.into(),
            GateError::Clock(error) => error.into(),
            GateError::Hashing(error) => error.into(),
            error => Self::new(Status::Usage, error),
        };
        Self { reason, ..error }
    }
}

impl From<ClockError> for CommandError {
    fn from(error: ClockError) -> Self {
        Self::new(Status::Clock, error)
    }
}

impl From<HashingError> for CommandError {
    fn from(error: HashingError) -> Self {
        Self::new(Status::Record, error)
    }
}

/// What the caller gave and the library does not take.
macro_rules! usage {
    ($($error:ty),*) => {
        $(impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self::new(Status::Usage, error)
            }
        })*
    };
}

usage!(CodeError, ImportError, NameError, QrError, SecretError);
