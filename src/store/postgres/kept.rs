//! What is kept besides apps: a record under a name, sealed, of which two writers take turns.

use tokio_postgres::types::Type;
use zeroize::Zeroizing;

use super::Postgres;
use super::failure::{Failure, Purpose};
use super::row::{Opened, damaged};
use super::session::{Session, Value};
use super::settings::guard;
#[cfg(feature = "service")]
use crate::client::Client;
use crate::domain::{AppName, SmsQuota};
use crate::policy::PolicyMemory;
#[cfg(feature = "service")]
use crate::store::client_record;
use crate::store::sealing::{RowOf, SealedRow};
use crate::store::{StoreError, policy_record};

/// The number of tries before giving up on a record that others keep changing.
const TRIES: u32 = 100;

/// A record: its table and name, and how it is read and written.
pub(super) struct Kept<'a, T> {
    pub(super) table: &'static str,
    pub(super) name: &'a str,
    pub(super) read: fn(&[u8]) -> Result<T, String>,
    pub(super) write: fn(&T) -> Result<String, String>,
}

/// What a policy remembers of a name.
pub(super) fn memory(name: &AppName) -> Kept<'_, PolicyMemory> {
    let write = |memory: &PolicyMemory| Ok(policy_record::write(memory));
    Kept { table: "policy", name: name.as_str(), read: policy_record::read, write }
}

/// The quota of messages, whose name no app can have.
pub(super) const QUOTA: Kept<'static, SmsQuota> = Kept {
    table: "policy",
    name: ".sms",
    read: |text| serde_json::from_slice(text).map_err(|_| "it is no quota".into()),
    write: |quota| serde_json::to_string(quota).map_err(|error| error.to_string()),
};

/// The callers of the service, all in one record, so that none can be taken out or put back alone.
#[cfg(feature = "service")]
pub(super) const CLIENTS: Kept<'static, Vec<Client>> = Kept {
    table: "client",
    name: "clients",
    read: |text| client_record::read(str::from_utf8(text).map_err(|_| "it is not UTF-8")?),
    write: |clients| client_record::write(clients),
};

/// Returns what is to take the place of a record, if anything, whose row is there or not.
type Decide<'a, T> = dyn FnMut(Option<&Opened>) -> Result<Option<T>, StoreError> + 'a;

impl<T: Default + PartialEq> Kept<'_, T> {
    /// Reads the record, if there is one.
    pub(super) fn value(&self, store: &Postgres) -> Result<Option<T>, StoreError> {
        store.exchange(Purpose::Reading, async |session| {
            let row = store.row(session, self.table, self.name).await?;
            Ok(row.map(|row| self.read_row(store, &row)).transpose()?)
        })
    }

    /// Changes the record, if that makes it another one.
    pub(super) fn change(
        &self,
        store: &Postgres,
        change: &mut dyn FnMut(&T) -> T,
    ) -> Result<(), StoreError> {
        store.exchange(Purpose::Writing, async |session| {
            self.change_in(store, session, change).await
        })
    }

    pub(super) async fn change_in(
        &self,
        store: &Postgres,
        session: &Session,
        change: &mut dyn FnMut(&T) -> T,
    ) -> Result<(), Failure> {
        let mut decide = |row: Option<&Opened>| {
            let before = row.map(|row| self.read_row(store, row)).transpose()?.unwrap_or_default();
            Ok(Some(change(&before)).filter(|after| *after != before))
        };
        self.replaced(store, session, &mut decide).await.map(drop)
    }

    /// Replaces the record by what `decide` makes of its row, if anything, until nobody was faster, and
    /// reports whether it did.
    async fn replaced(
        &self,
        store: &Postgres,
        session: &Session,
        decide: &mut Decide<'_, T>,
    ) -> Result<bool, Failure> {
        for _ in 0..TRIES {
            let row = store.row(session, self.table, self.name).await?;
            let Some(after) = decide(row.as_ref())? else { return Ok(false) };
            let version = row.map_or(0, |row| row.version);
            if self.put(store, session, version, &after).await? {
                return Ok(true);
            }
        }
        Err(StoreError::Busy.into())
    }

    fn read_row(&self, store: &Postgres, row: &Opened) -> Result<T, StoreError> {
        (self.read)(&row.record).map_err(|why| damaged(store.url.place_of(self.name), &why))
    }

    /// Seals the record anew if it is under an older key, and reports whether it was.
    pub(super) fn encrypt(&self, store: &Postgres) -> Result<bool, StoreError> {
        let mut decide = |row: Option<&Opened>| match row {
            Some(row) if !store.is_newest(&row.key_id)? => self.read_row(store, row).map(Some),
            _ => Ok(None),
        };
        store.exchange(Purpose::Writing, async |session| {
            self.replaced(store, session, &mut decide).await
        })
    }

    /// Writes the record in the place of that of this version, 0 for none, unless somebody else did.
    async fn put(
        &self,
        store: &Postgres,
        session: &Session,
        version: i64,
        value: &T,
    ) -> Result<bool, Failure> {
        let Self { table, name, .. } = *self;
        let text = (self.write)(value).map_err(|why| damaged(store.url.place_of(name), &why))?;
        let text = Zeroizing::new(text.into_bytes());
        let next = RowOf { table, name, version: version + 1 };
        let SealedRow { key_id, record } = store.sealed(next, text)?;
        let guard = guard(&store.url);
        let put = if version == 0 {
            format!(
                "INSERT INTO mfa.{table} (name, version, key_id, record) \
                 SELECT $1, $2 + 1, $3, $4 WHERE {guard} ON CONFLICT DO NOTHING RETURNING 1"
            )
        } else {
            format!(
                "UPDATE mfa.{table} SET version = version + 1, key_id = $3, record = $4 \
                 WHERE name = $1 AND version = $2 AND {guard} RETURNING 1"
            )
        };
        let values: [Value<'_>; 4] = [
            (&name, Type::TEXT),
            (&version, Type::INT8),
            (&key_id, Type::TEXT),
            (&record, Type::BYTEA),
        ];
        Ok(!session.recorded(&put, &values).await?.is_empty())
    }
}
