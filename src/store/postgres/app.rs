//! Apps: a secret and its account, in one sealed record.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use zeroize::Zeroizing;

use super::Postgres;
use super::failure::Failure;
use super::row::{Opened, damaged};
use super::session::{Session, Value};
use super::settings::guard;
use crate::domain::{Account, AppName, Enrolment, Secret};
use crate::store::record::{self, State, Tie};
use crate::store::sealing::{RowOf, SealedRow};
use crate::store::{Existing, StoreError};

/// The table.
pub(super) const APP: &str = "app";

/// An app as its row holds it.
pub(super) struct App {
    pub(super) version: i64,
    pub(super) key_id: String,
    pub(super) enrolment: Enrolment,
}

impl Postgres {
    /// Reads an app.
    pub(super) async fn app(&self, session: &Session, app: &AppName) -> Result<App, Failure> {
        let row = self.row(session, APP, app.as_str()).await?;
        Ok(self.read(app, row.ok_or_else(|| no_such(app))?)?)
    }

    /// Reads an app from its row, if there is one.
    pub(super) fn app_of(&self, app: &AppName, row: Option<&Row>) -> Result<App, StoreError> {
        let row = row.ok_or_else(|| no_such(app))?;
        self.read(app, self.opened(APP, app.as_str(), row)?)
    }

    /// Reads an app and its name from a row.
    pub(super) fn app_in(&self, row: &Row) -> Option<(AppName, Result<Account, StoreError>)> {
        let app: AppName = row.try_get::<_, &str>(0).ok()?.parse().ok()?;
        let opened = self.opened(APP, app.as_str(), row);
        let account = opened.and_then(|row| Ok(self.read(&app, row)?.enrolment.account));
        Some((app, account))
    }

    fn read(&self, app: &AppName, row: Opened) -> Result<App, StoreError> {
        let no = |why: String| damaged(self.url.place_of(app.as_str()), &why);
        let end = row.record.iter().position(|byte| *byte == b'\n').unwrap_or(row.record.len());
        let (secret, state) = row.record.split_at(end);
        let secret = Secret::parse(secret).map_err(|error| no(error.to_string()))?;
        let account = record::read(state, &Tie::Plain).map_err(no)?.account;
        Ok(App {
            version: row.version,
            key_id: row.key_id,
            enrolment: Enrolment { secret, account },
        })
    }

    /// Seals an app for its row of this version: the secret, then the account.
    pub(super) fn sealed_app(
        &self,
        app: &AppName,
        version: i64,
        Enrolment { secret, account }: &Enrolment,
    ) -> Result<SealedRow, StoreError> {
        let secret = secret.expose_base32();
        let state = record::write_state(&State::of_plain(account.clone()));
        let mut text = Zeroizing::new(Vec::with_capacity(secret.len() + state.len() + ROOM));
        text.extend_from_slice(secret.as_bytes());
        text.push(b'\n');
        text.extend_from_slice(state.as_bytes());
        self.sealed(RowOf { table: APP, name: app.as_str(), version }, text)
    }

    pub(super) async fn enrol_app(
        &self,
        session: &Session,
        app: &AppName,
        new: &Enrolment,
        existing: Existing,
    ) -> Result<(), Failure> {
        if self.added(session, &[(app, new)]).await?.iter().any(|added| added == app.as_str()) {
            return Ok(());
        }
        if existing == Existing::Keep {
            return Err(exists(app));
        }
        self.change_app(session, app, None, &mut |old| {
            let account = new.succeeding(old);
            (Some(Enrolment { account, ..new.clone() }), None)
        })
        .await
    }

    /// Adds the apps that are not there yet, at once, and returns their names.
    pub(super) async fn added(
        &self,
        session: &Session,
        new: &[(&AppName, &Enrolment)],
    ) -> Result<Vec<String>, Failure> {
        let rows = new.iter().map(|(app, new)| self.sealed_app(app, 1, new));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let names: Vec<&str> = new.iter().map(|(app, _)| app.as_str()).collect();
        let keys: Vec<&str> = rows.iter().map(|row| &*row.key_id).collect();
        let records: Vec<&[u8]> = rows.iter().map(|row| &*row.record).collect();
        let insert = format!(
            "INSERT INTO mfa.app (name, version, key_id, record) \
             SELECT name, 1, key_id, record FROM unnest($1, $2, $3) AS new (name, key_id, record) \
             WHERE {} ON CONFLICT DO NOTHING RETURNING name",
            guard(&self.url)
        );
        let values: [Value<'_>; 3] =
            [(&names, Type::TEXT_ARRAY), (&keys, Type::TEXT_ARRAY), (&records, Type::BYTEA_ARRAY)];
        let rows = session.recorded(&insert, &values).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

/// The room for a line end and what sealing adds, so that no copy of the secret is left behind.
const ROOM: usize = 32;

fn no_such(app: &AppName) -> StoreError {
    StoreError::NoSuchApp(app.as_str().into())
}

pub(super) fn exists(app: &AppName) -> Failure {
    StoreError::Exists(app.as_str().into()).into()
}
