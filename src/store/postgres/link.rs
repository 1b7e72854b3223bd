//! Connections that are kept for the next question, and how long an answer is waited for.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::Row;

use super::connect::{connect, unreachable};
use super::failure::{Failure, PATIENCE, Purpose};
use super::session::Session;
use super::settings::{About, Settings};
use super::{Postgres, PostgresUrl};
use crate::store::StoreError;

/// The time for a sign of life on a connection that was idle.
const PROMPT: Duration = Duration::from_secs(1);

/// A connection, and the runtime that it lives on.
pub(super) struct Link {
    session: Session,
    /// Always there but while it is dropped.
    runtime: Option<Runtime>,
}

impl Link {
    fn open(
        url: &PostgresUrl,
        deadline: Instant,
        about: About<'_>,
    ) -> Result<(Self, Settings, Option<Row>), StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| unreachable(url, error))?;
        let (session, settings, row) = runtime.block_on(connect(url, deadline, about))?;
        Ok((Self { session, runtime: Some(runtime) }, settings, row))
    }

    fn run<T>(
        &self,
        deadline: Instant,
        act: impl AsyncFnOnce(&Session) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let runtime = self.runtime.as_ref().ok_or(Failure::Late)?;
        let answer = async { timeout_at(deadline, act(&self.session)).await };
        runtime.block_on(answer).unwrap_or(Err(Failure::Late))
    }
}

/// Closes the socket without a word, wherever that is: a request to cancel would make the server
/// call a change done that no standby has.
impl Drop for Link {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Postgres {
    /// Asks the server something, once it is known that its tables are ours and, for a change, that
    /// it would last.
    pub(super) fn exchange<T>(
        &self,
        purpose: Purpose,
        act: impl AsyncFnOnce(&Session) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.exchange_about(None, purpose, async |session, _| act(session).await)
    }

    /// Asks the server something about a row, which comes along with what has to be known first.
    pub(super) fn exchange_about<T>(
        &self,
        about: About<'_>,
        purpose: Purpose,
        act: impl AsyncFnOnce(&Session, Option<Row>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.asked(about, purpose, async |session, settings, row| {
            settings.expect_schema(&self.url)?;
            if purpose == Purpose::Writing {
                settings.expect_lasting(&self.url)?;
            }
            act(session, row).await
        })
    }

    /// Asks the server something, whatever its tables and settings are.
    ///
    /// A connection of which an answer was not understood is not used again.
    pub(super) fn asked<T>(
        &self,
        about: About<'_>,
        purpose: Purpose,
        act: impl AsyncFnOnce(&Session, &Settings, Option<Row>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let deadline = Instant::now() + PATIENCE;
        let answer = self.asked_by(deadline, about, purpose, act);
        if Instant::now() >= deadline {
            *self.given_up.lock().unwrap_or_else(PoisonError::into_inner) = Some(deadline);
        }
        answer
    }

    /// Reports whether an answer was given up within the last second.
    pub(super) fn has_just_given_up(&self) -> bool {
        let given_up = *self.given_up.lock().unwrap_or_else(PoisonError::into_inner);
        given_up.is_some_and(|moment| moment.elapsed() < Duration::from_secs(1))
    }

    fn asked_by<T>(
        &self,
        deadline: Instant,
        about: About<'_>,
        purpose: Purpose,
        act: impl AsyncFnOnce(&Session, &Settings, Option<Row>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let late = || Failure::Late.told(purpose, &self.url);
        let _slot = self.slots.wait(deadline).ok_or_else(late)?;
        let (link, settings, row) = self.link(deadline, about)?;
        let done = link.run(deadline, async |session| act(session, &settings, row).await);
        if matches!(done, Ok(_) | Err(Failure::Store(_))) {
            link.session.keep();
            self.idle().push(link);
        }
        done.map_err(|failure| failure.told(purpose, &self.url))
    }

    /// Returns a connection that answers: an idle one, or else a new one.
    fn link(
        &self,
        deadline: Instant,
        about: About<'_>,
    ) -> Result<(Link, Settings, Option<Row>), StoreError> {
        let idle = self.idle().pop();
        if let Some(link) = idle {
            let soon = deadline.min(Instant::now() + PROMPT);
            match link.run(soon, async |session| Settings::read(session, &self.url, about).await) {
                Ok((settings, row)) if !settings.is_standby => return Ok((link, settings, row)),
                // It was closed meanwhile, or its server is a standby now: so it is with the others.
                _ => self.idle().clear(),
            }
        }
        Link::open(&self.url, deadline, about)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Link>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
