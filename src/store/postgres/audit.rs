//! The audit log, a table to which a gate can only add.

use tokio_postgres::types::Type;

use super::Postgres;
use super::failure::{Failure, Purpose};
use super::session::Session;
use super::settings::guard;
use crate::audit::Event;
use crate::store::StoreError;

/// The number of lines that are read at a time, so that a long log needs little memory.
const PAGE: i64 = 1000;

impl Postgres {
    /// Returns the lines of the log that are there now, each page read when it is asked for.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn audit_lines(
        &self,
    ) -> Result<impl Iterator<Item = Result<String, StoreError>>, StoreError> {
        let last = self.exchange(Purpose::Reading, async |session| {
            let row = session.row("SELECT coalesce(max(id), 0) FROM mfa.audit", &[]).await?;
            Ok(row.map_or(Ok(0), |row| row.try_get::<_, i64>(0))?)
        })?;
        let mut next = Some(0);
        let pages = std::iter::from_fn(move || {
            Some(self.page(next.take()?, last).map(|(page, end)| {
                next = end;
                page
            }))
        });
        Ok(pages.flat_map(|page| {
            let (lines, error) = page.map_or_else(|e| (Vec::new(), Some(e)), |page| (page, None));
            lines.into_iter().map(Ok).chain(error.map(Err))
        }))
    }

    /// Reads the lines after one and up to another, and returns the number of the last, if any.
    fn page(&self, after: i64, last: i64) -> Result<(Vec<String>, Option<i64>), StoreError> {
        let select = "SELECT id, event::text FROM mfa.audit WHERE id > $1 AND id <= $2 \
                      ORDER BY id LIMIT $3";
        self.exchange(Purpose::Reading, async |session| {
            let values =
                [(&after as _, Type::INT8), (&last as _, Type::INT8), (&PAGE as _, Type::INT8)];
            let rows = session.rows(select, &values).await?;
            let end = rows.last().map(|row| row.try_get(0)).transpose()?;
            let lines = rows.iter().map(|row| row.try_get(1)).collect::<Result<_, _>>()?;
            Ok((lines, end))
        })
    }

    /// Removes the lines that are older than this many seconds by the server's clock, and returns
    /// their number.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be recorded.
    pub fn prune_audit(&self, older_than: u64) -> Result<u64, StoreError> {
        let seconds = i64::try_from(older_than).unwrap_or(i64::MAX);
        let delete = format!(
            "WITH gone AS (DELETE FROM mfa.audit \
             WHERE at < clock_timestamp() - $1 * interval '1 second' AND {} RETURNING 1) \
             SELECT count(*) FROM gone",
            guard(&self.url)
        );
        self.exchange(Purpose::Writing, async |session| {
            let rows = session.recorded(&delete, &[(&seconds, Type::INT8)]).await?;
            let count: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
            Ok(u64::try_from(count).unwrap_or_default())
        })
    }

    pub(super) async fn append(&self, session: &Session, events: &[Event]) -> Result<(), Failure> {
        let insert = format!(
            "INSERT INTO mfa.audit (app, event) SELECT app, event::jsonb \
             FROM unnest($1, $2) AS new (app, event) WHERE {} RETURNING 1",
            guard(&self.url)
        );
        let apps: Vec<_> = events.iter().map(|event| &*event.app).collect();
        let lines: Vec<_> = events.iter().map(Event::to_line).collect();
        let values = [(&apps as _, Type::TEXT_ARRAY), (&lines as _, Type::TEXT_ARRAY)];
        let rows = session.recorded(&insert, &values).await?;
        if rows.len() < events.len() { Err(Failure::NoStandby) } else { Ok(()) }
    }
}
