//! What the server is set to, on which it depends whether a change outlives it.

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::failure::Failure;
use super::row::SELECTED;
use super::schema::SCHEMA;
use super::session::Session;
use super::url::PostgresUrl;
use crate::store::StoreError;

/// The settings of a server that matter to a change, and the version of the tables.
pub(super) struct Settings {
    pub(super) synchronous_commit: String,
    pub(super) standby_names: String,
    pub(super) is_standby: bool,
    pub(super) schema: Option<i32>,
}

const SETTINGS: &str = "current_setting('synchronous_commit'), \
    current_setting('synchronous_standby_names'), pg_is_in_recovery()";

/// The row that a question is about: its table and its name.
pub(super) type About<'a> = Option<(&'static str, &'a str)>;

/// Returns the condition under which the server changes anything: whoever changes its settings
/// between our question and the change gains nothing.
pub(super) fn guard(url: &PostgresUrl) -> &'static str {
    if url.needs_standby {
        "current_setting('synchronous_commit') IN ('on', 'remote_apply') \
         AND current_setting('synchronous_standby_names') <> ''"
    } else {
        "current_setting('synchronous_commit') IN ('on', 'remote_apply')"
    }
}

/// Returns the statement for the settings, behind columns of a table that is joined.
fn with_schema(columns: &str, join: &str) -> String {
    let columns = if columns.is_empty() { "NULL, NULL, NULL, NULL" } else { columns };
    format!("SELECT {columns}, meta.schema, {SETTINGS} FROM mfa.meta {join}")
}

impl Settings {
    /// Reads them, and along with them the row that the question is about, if it is there: a row of
    /// the columns of [`row::SELECTED`](super::row::SELECTED).
    pub(super) async fn read(
        session: &Session,
        url: &PostgresUrl,
        about: About<'_>,
    ) -> Result<(Self, Option<Row>), Failure> {
        let read = match about {
            None => session.row(&with_schema("", ""), &[]).await,
            Some((table, name)) => {
                let from = format!("LEFT JOIN mfa.{table} ON name = $1");
                session.row(&with_schema(SELECTED, &from), &[(&name, Type::TEXT)]).await
            }
        };
        let row = match read {
            Err(failure) if failure.is_no_table() => {
                let without = format!("SELECT NULL, NULL, NULL, NULL, NULL::int, {SETTINGS}");
                session.row(&without, &[]).await?
            }
            row => row?,
        };
        // Without its version, the tables are not whole.
        let row = row.ok_or_else(|| StoreError::NoTables(url.place()))?;
        let settings = Self {
            schema: row.try_get(4)?,
            synchronous_commit: row.try_get(5)?,
            standby_names: row.try_get(6)?,
            is_standby: row.try_get(7)?,
        };
        let is_there = about.is_some() && row.try_get::<_, Option<&str>>(0)?.is_some();
        Ok((settings, is_there.then_some(row)))
    }

    /// Fails unless a change would outlive the server.
    pub(super) fn expect_lasting(&self, url: &PostgresUrl) -> Result<(), Failure> {
        let is_lasting = matches!(&*self.synchronous_commit, "on" | "remote_apply");
        if is_lasting && !(url.needs_standby && self.standby_names.is_empty()) {
            return Ok(());
        }
        Err(Failure::NoStandby)
    }

    /// Fails unless the tables are those of this program.
    pub(super) fn expect_schema(&self, url: &PostgresUrl) -> Result<(), StoreError> {
        let place = url.place();
        match self.schema {
            Some(SCHEMA) => Ok(()),
            None => Err(StoreError::NoTables(place)),
            Some(newer) if newer > SCHEMA => {
                let why = format!("its tables are of version {newer}, newer than this program");
                Err(StoreError::Damaged { place, why })
            }
            Some(older) => {
                let why = format!(
                    "its tables are of version {older}, older than this program: mfa init brings them up"
                );
                Err(StoreError::Damaged { place, why })
            }
        }
    }
}
