//! What went wrong between us and the server, in the words of the store.

use std::error::Error;
use std::io;
use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::url::PostgresUrl;
use crate::domain::escaped;
use crate::store::StoreError;

/// The time for everything that answers one question, from looking up the name of the server on.
///
/// The server bounds no wait for a standby.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// What an exchange with the server was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Reading,
    Writing,
}

/// The reasons why an exchange failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// One that is the store's own.
    Store(StoreError),
    /// What the server said, or how the connection ended.
    Server(tokio_postgres::Error),
    /// A change that the server took with a warning: it may be on one machine alone.
    Warned(String),
    /// A change that would not have been on two machines.
    NoStandby,
    /// No answer in time.
    Late,
}

impl Failure {
    /// Reports whether it says that a table is missing.
    pub(super) fn is_no_table(&self) -> bool {
        let Self::Server(error) = self else { return false };
        let missing = [&SqlState::UNDEFINED_TABLE, &SqlState::INVALID_SCHEMA_NAME];
        error.code().is_some_and(|code| missing.contains(&code))
    }

    /// Reports whether it says that a name is taken.
    pub(super) fn is_taken(&self) -> bool {
        let Self::Server(error) = self else { return false };
        error.code() == Some(&SqlState::UNIQUE_VIOLATION)
    }

    /// Returns the error of the store.
    pub(super) fn told(self, purpose: Purpose, url: &PostgresUrl) -> StoreError {
        let place = url.place();
        let (told, text) = match self {
            Self::Store(error) => return error,
            Self::Server(error) => (error.code().is_some(), text(&error)),
            Self::Warned(text) => (true, format!("the server warned: {text}")),
            Self::NoStandby => (true, "no standby is to confirm it".into()),
            Self::Late => {
                (false, format!("there was no answer within {} seconds", PATIENCE.as_secs()))
            }
        };
        let source = io::Error::other(text);
        match purpose {
            // Whether an answer that did not come was a yes is unknown, and so it is none.
            Purpose::Writing => StoreError::Write { place, source },
            Purpose::Reading if told => StoreError::Read { place, source },
            Purpose::Reading => StoreError::Unreachable { place, source },
        }
    }
}

/// Returns what an error says, with its cause, but without the values that the server repeats.
pub(super) fn text(error: &tokio_postgres::Error) -> String {
    if let Some(told) = error.as_db_error() {
        return escaped(told.message());
    }
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    escaped(&format!("{error}{cause}"))
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}
