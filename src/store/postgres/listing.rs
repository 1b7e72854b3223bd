//! Going through rows in pages, so that a large store needs little memory, and no answer is waited
//! for longer than any other.

use std::io;

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::Postgres;
use super::failure::{Purpose, text};
use crate::domain::{Account, AppName};
use crate::store::StoreError;

/// The number of names, and of records of a few hundred bytes, that are read at a time.
const NAMES: i64 = 10_000;
const RECORDS: i64 = 1000;

/// The statement for a page of records.
const SELECT: &str = "SELECT name, version, key_id, record FROM mfa.app \
                      WHERE name > $1 ORDER BY name LIMIT $2";

/// The records of a page, and the name after which the next begins, unless it was the last.
type Page<T> = (Vec<T>, Option<String>);

impl Postgres {
    /// Returns the names in a table, sorted; what is no name of an app is none.
    pub(super) fn names(&self, table: &str) -> Result<Vec<AppName>, StoreError> {
        let select = format!("SELECT name FROM mfa.{table} WHERE name > $1 ORDER BY name LIMIT $2");
        let (mut names, mut next) = (Vec::new(), Some(String::new()));
        while let Some(after) = next {
            let name = |row: &Row| row.try_get::<_, &str>(0).ok()?.parse().ok();
            let (page, last) = self.page_after(&select, &after, NAMES, name)?;
            names.extend(page);
            next = last;
        }
        Ok(names)
    }

    /// Returns the apps and their accounts, each page read when it is asked for.
    pub(super) fn pages(
        &self,
    ) -> impl Iterator<Item = Result<(AppName, Result<Account, StoreError>), StoreError>> {
        let mut next = Some(String::new());
        let pages = std::iter::from_fn(move || {
            let page =
                self.page_after(SELECT, &next.take()?, RECORDS, |row| Some(self.app_in(row)));
            Some(page.map(|(page, last)| {
                next = last;
                page
            }))
        });
        pages.flat_map(|page| {
            let (apps, error) = page.map_or_else(|e| (Vec::new(), Some(e)), |page| (page, None));
            apps.into_iter().flatten().map(Ok).chain(error.map(Err))
        })
    }

    /// Fails if the first app, if there is one, does not open.
    pub(super) fn first_account(&self) -> Result<(), StoreError> {
        let (first, _) = self.page_after(SELECT, "", 1, |row| self.app_in(row))?;
        first.into_iter().try_for_each(|(_, account)| account.map(drop))
    }

    fn page_after<T>(
        &self,
        select: &str,
        after: &str,
        limit: i64,
        read: impl Fn(&Row) -> Option<T>,
    ) -> Result<Page<T>, StoreError> {
        let rows = self.exchange(Purpose::Reading, async |session| {
            let values = [(&after as _, Type::TEXT), (&limit as _, Type::INT8)];
            session.rows(select, &values).await
        })?;
        let unread = |error: tokio_postgres::Error| StoreError::Read {
            place: self.url().place(),
            source: io::Error::other(text(&error)),
        };
        let last = rows.last().map(|row| row.try_get(0)).transpose().map_err(unread)?;
        Ok((rows.iter().filter_map(read).collect(), last))
    }
}
