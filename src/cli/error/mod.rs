//! The error of every command.

mod status;

use std::fmt::Display;
use std::io;

use super::Status;

/// The result of most functions of the command line.
pub type Result<T, E = CommandError> = std::result::Result<T, E>;

/// The reason why a command failed: the status that it ends with, the message, and what may help.
#[derive(Debug)]
pub struct CommandError {
    status: Status,
    told: anyhow::Error,
    hint: Option<Hint>,
    /// The reason in `authenticate --json` for an attempt without a verdict.
    pub reason: Option<&'static str>,
    /// Seconds until another try can do better, where that is known.
    pub retry_after: Option<u64>,
}

#[derive(Debug)]
enum Hint {
    Text(String),
    /// A search for the app of this name, which is missing and may be in another store.
    Missing(String),
}

impl CommandError {
    /// Returns an error with an underlying cause.
    pub fn new(status: Status, source: impl Into<anyhow::Error>) -> Self {
        Self { status, told: source.into(), hint: None, reason: None, retry_after: None }
    }

    /// Returns a usage error with a message that may be shown.
    pub fn usage(text: impl Into<String>) -> Self {
        Self::new(Status::Usage, anyhow::Error::msg(text.into()))
    }

    /// Returns the error for a system without randomness.
    pub fn no_randomness(source: io::Error) -> Self {
        Self::new(Status::Clock, source).context("no randomness is available")
    }

    /// Returns the error for output that could not all be written to stdout.
    ///
    /// A reader that went away is not a failure: `mfa list | head -1`.
    pub fn undelivered(source: io::Error) -> Self {
        let closed = source.kind() == io::ErrorKind::BrokenPipe;
        let status = if closed { Status::Done } else { Status::Record };
        Self::new(status, source).context("cannot write stdout")
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(Hint::Text(hint.into()));
        self
    }

    /// Gives the reason for JSON, and the seconds until another try can do better.
    pub fn because(self, reason: &'static str, retry_after: Option<u64>) -> Self {
        Self { reason: Some(reason), retry_after, ..self }
    }

    /// Puts text before the message.
    pub fn context(mut self, text: impl Display + Send + Sync + 'static) -> Self {
        self.told = self.told.context(text);
        self
    }

    /// Changes the status that the command ends with.
    pub fn with_status(self, status: Status) -> Self {
        Self { status, ..self }
    }

    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns the message with all its causes, down to the system's error.
    pub fn text(&self) -> String {
        self.told.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }

    /// Returns the hint; `elsewhere` looks for a missing app.
    pub fn help(&self, elsewhere: impl FnOnce(&str) -> Option<String>) -> Option<String> {
        match &self.hint {
            Some(Hint::Text(text)) => Some(text.clone()),
            Some(Hint::Missing(app)) => elsewhere(app),
            None => None,
        }
    }
}

/// A way to put text before an error.
pub trait ErrorContext<T> {
    fn context(self, text: impl Display + Send + Sync + 'static) -> Result<T>;
}

impl<T, E: Into<CommandError>> ErrorContext<T> for Result<T, E> {
    fn context(self, text: impl Display + Send + Sync + 'static) -> Result<T> {
        self.map_err(|error| error.into().context(text))
    }
}
