//! Apps that go or get another name, and what a policy remembers of them.

use tokio_postgres::types::Type;

use super::Postgres;
use super::app::{App, exists};
use super::failure::Failure;
use super::kept::memory;
use super::session::{Session, Value};
use super::settings::guard;
use crate::domain::AppName;
use crate::policy::PolicyMemory;
use crate::store::StoreError;

/// The number of times that an app is renamed while its codes are in use.
const TRIES: u32 = 10;

/// Whether policies are in use; the quota of messages is kept beside what they remember.
const REMEMBERS: &str = "SELECT 1 FROM mfa.policy WHERE name <> '.sms' LIMIT 1";

impl Postgres {
    /// Removes an app; that there was one ends the grace period of its name for good.
    pub(super) async fn remove_app(&self, session: &Session, app: &AppName) -> Result<(), Failure> {
        let guard = guard(&self.url);
        let delete = format!("DELETE FROM mfa.app WHERE name = $1 AND {guard} RETURNING 1");
        let name = app.as_str();
        session
            .transaction(async || {
                if session.recorded(&delete, &[(&name, Type::TEXT)]).await?.is_empty() {
                    return Err(StoreError::NoSuchApp(name.into()).into());
                }
                self.remember(session, app, &mut PolicyMemory::removed).await
            })
            .await
    }

    /// Renames an app, and gives its new name the memory of the old one, which keeps that there was
    /// an app, or it would get a grace period of its own.
    pub(super) async fn rename_app(
        &self,
        session: &Session,
        old: &AppName,
        new: &AppName,
    ) -> Result<(), Failure> {
        if old == new {
            self.app(session, old).await?;
            return Err(exists(new));
        }
        session
            .transaction(async || {
                self.rename_row(session, old, new).await?;
                let mut memory = PolicyMemory::default();
                let mut left = |there: &PolicyMemory| {
                    memory = there.clone();
                    there.removed()
                };
                self.remember(session, old, &mut left).await?;
                let mut moved = |there: &PolicyMemory| memory.clone().renamed_over(there);
                self.remember(session, new, &mut moved).await
            })
            .await
    }

    /// Seals an app anew, since its name is part of what a row is bound to.
    async fn rename_row(
        &self,
        session: &Session,
        old: &AppName,
        new: &AppName,
    ) -> Result<(), Failure> {
        let update = format!(
            "UPDATE mfa.app SET name = $1, version = version + 1, key_id = $2, record = $3 \
             WHERE name = $4 AND version = $5 AND {} RETURNING 1",
            guard(&self.url)
        );
        for _ in 0..TRIES {
            let App { version, enrolment, .. } = self.app(session, old).await?;
            let row = self.sealed_app(new, version + 1, &enrolment)?;
            let values: [Value<'_>; 5] = [
                (&new.as_str(), Type::TEXT),
                (&row.key_id, Type::TEXT),
                (&row.record, Type::BYTEA),
                (&old.as_str(), Type::TEXT),
                (&version, Type::INT8),
            ];
            match session.recorded(&update, &values).await {
                Err(failure) if failure.is_taken() => return Err(exists(new)),
                // One of its codes was used meanwhile.
                Ok(rows) if rows.is_empty() => {}
                done => return done.map(drop),
            }
        }
        Err(StoreError::Busy.into())
    }

    /// Changes what a policy remembers of a name, where policies are in use.
    ///
    /// A memory that is not believed lets nobody in, whatever becomes of its app.
    async fn remember(
        &self,
        session: &Session,
        name: &AppName,
        change: &mut dyn FnMut(&PolicyMemory) -> PolicyMemory,
    ) -> Result<(), Failure> {
        if session.row(REMEMBERS, &[]).await?.is_none() {
            return Ok(());
        }
        match memory(name).change_in(self, session, change).await {
            Err(Failure::Store(
                StoreError::Damaged { .. } | StoreError::Sealed { .. } | StoreError::NoKey(_),
            )) => Ok(()),
            changed => changed,
        }
    }
}
