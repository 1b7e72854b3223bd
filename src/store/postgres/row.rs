//! Rows that are sealed whole: read, opened, and replaced only if nobody changed them meanwhile.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use zeroize::Zeroizing;

use super::Postgres;
use super::failure::Failure;
use super::session::Session;
use crate::store::sealing::{Keys, RowOf, SealError, SealedRow};
use crate::store::{Place, StoreError};

/// The columns of a row, in the order in which it is opened.
pub(super) const SELECTED: &str = "name, version, key_id, record";

/// A row that was opened.
pub(super) struct Opened {
    pub(super) version: i64,
    /// The name of the key that it was sealed under.
    pub(super) key_id: String,
    pub(super) record: Zeroizing<Vec<u8>>,
}

impl Postgres {
    /// Reads the row of this name in a table, if there is one.
    pub(super) async fn row(
        &self,
        session: &Session,
        table: &str,
        name: &str,
    ) -> Result<Option<Opened>, Failure> {
        let select = format!("SELECT {SELECTED} FROM mfa.{table} WHERE name = $1");
        let row = session.row(&select, &[(&name, Type::TEXT)]).await?;
        row.map(|row| Ok(self.opened(table, name, &row)?)).transpose()
    }

    /// Opens a row of name, version, name of the key, and record.
    pub(super) fn opened(&self, table: &str, name: &str, row: &Row) -> Result<Opened, StoreError> {
        let place = || self.url.place_of(name);
        let unread = |_| damaged(place(), "it is not a row of mfa");
        let version = row.try_get(1).map_err(unread)?;
        let sealed = SealedRow {
            key_id: row.try_get(2).map_err(unread)?,
            record: row.try_get(3).map_err(unread)?,
        };
        let locked = |key: &str, why| StoreError::Sealed {
            place: place(),
            how: "is sealed under",
            key: key.into(),
            why,
        };
        let keys =
            self.keys.as_ref().ok_or_else(|| locked(&sealed.key_id, "and no key is given"))?;
        let record = keys.open_row(RowOf { table, name, version }, &sealed);
        let record = record.map_err(|error| match error {
            SealError::NoSuchKey(id) => locked(id.as_str(), "which the key file does not hold"),
            error => damaged(place(), &error.to_string()),
        })?;
        Ok(Opened { version, key_id: sealed.key_id, record })
    }

    /// Seals a record for the row of this name and version.
    pub(super) fn sealed(
        &self,
        row: RowOf<'_>,
        record: Zeroizing<Vec<u8>>,
    ) -> Result<SealedRow, StoreError> {
        let sealed = self.keys()?.seal_row(row, record);
        sealed.ok_or_else(|| damaged(self.url.place_of(row.name), "it cannot be sealed"))
    }

    /// Reports whether a key is the one that seals now.
    pub(super) fn is_newest(&self, key_id: &str) -> Result<bool, StoreError> {
        Ok(self.keys()?.newest().as_str() == key_id)
    }

    fn keys(&self) -> Result<&Keys, StoreError> {
        self.keys.as_deref().ok_or_else(|| StoreError::NoKey(self.url.place()))
    }
}

pub(super) fn damaged(place: Place, why: &str) -> StoreError {
    StoreError::Damaged { place, why: why.into() }
}
