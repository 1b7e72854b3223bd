//! The tables, and who may do what with them.

use super::Postgres;
use super::failure::{Failure, Purpose};
use super::session::Session;
use crate::store::StoreError;

/// The version of the tables that this program works with.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "there are few")]
pub(super) const SCHEMA: i32 = STEPS.len() as i32;

/// What each version adds to the one before.
const STEPS: [&str; 1] = [include_str!("schema/1.sql")];

/// What the roles of a gate and of an administrator may do.
pub const GRANTS: &str = include_str!("schema/grants.sql");

/// What two programs that make the tables at the same time take turns by.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtext('mfa'))";

const IS_THERE: &str = "SELECT 1 WHERE to_regclass('mfa.meta') IS NOT NULL";

/// What there is before the first version.
const BEGINNING: &str = "CREATE SCHEMA IF NOT EXISTS mfa; \
    CREATE TABLE mfa.meta (schema int NOT NULL); INSERT INTO mfa.meta VALUES (0)";

impl Postgres {
    /// Makes the tables, or brings those of an older program up; reports whether there was anything
    /// to do.
    ///
    /// # Errors
    /// [`StoreError`] if they could not be made, or are those of a newer program.
    pub fn init(&self) -> Result<bool, StoreError> {
        self.asked(None, Purpose::Writing, async |session, settings, _| {
            settings.expect_lasting(&self.url)?;
            match settings.expect_schema(&self.url) {
                Ok(()) => Ok(false),
                Err(error) if settings.schema.is_some_and(|there| there > SCHEMA) => {
                    Err(error.into())
                }
                Err(_) => migrate(session).await,
            }
        })
    }
}

/// Takes the steps that are missing, all of them or none.
async fn migrate(session: &Session) -> Result<bool, Failure> {
    session
        .transaction(async || {
            session.row(LOCK, &[]).await?;
            if session.row(IS_THERE, &[]).await?.is_none() {
                session.run(BEGINNING).await?;
            }
            let row = session.row("SELECT schema FROM mfa.meta", &[]).await?;
            let there: i32 = row.map_or(Ok(0), |row| row.try_get(0))?;
            for step in STEPS.iter().skip(usize::try_from(there).unwrap_or_default()) {
                session.run(step).await?;
            }
            session.run(&format!("UPDATE mfa.meta SET schema = {SCHEMA}")).await?;
            Ok(there < SCHEMA)
        })
        .await
}
