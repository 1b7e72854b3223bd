//! The store as tables of a PostgreSQL database, for many machines.
//!
//! A code that was accepted is on two machines before anybody hears of it, so that no server that is
//! lost takes it along. Every record is sealed: who writes the database can make none.

mod app;
mod audit;
mod change;
mod connect;
mod encrypt;
mod failure;
mod host;
mod inspect;
mod kept;
mod link;
mod listing;
mod moving;
mod parameters;
mod passfile;
mod row;
mod schema;
mod session;
mod settings;
mod slots;
mod standby;
mod store;
mod tls;
mod url;

use std::fmt;
use std::sync::{Arc, Mutex};

use tokio::time::Instant;

use super::sealing::Keys;
use link::Link;
use slots::Slots;

pub use inspect::Inspection;
pub use schema::GRANTS;
pub use url::{PostgresUrl, PostgresUrlError};

/// A store in a PostgreSQL database.
pub struct Postgres {
    url: PostgresUrl,
    keys: Option<Arc<Keys>>,
    /// The connections that nobody uses just now.
    idle: Mutex<Vec<Link>>,
    slots: Slots,
    /// The last moment at which an answer was given up.
    given_up: Mutex<Option<Instant>>,
}

impl Postgres {
    /// Returns the store at this address, without connecting yet.
    #[must_use]
    pub fn new(url: PostgresUrl) -> Self {
        let (idle, slots, given_up) = Default::default();
        Self { url, keys: None, idle, slots, given_up }
    }

    /// Returns the same store with the keys without which it opens and takes nothing.
    #[must_use]
    pub fn with_keys(self, keys: Arc<Keys>) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// Reports whether it has keys.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// Returns the address.
    #[must_use]
    pub fn url(&self) -> &PostgresUrl {
        &self.url
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Postgres").field(&self.url.as_str()).finish()
    }
}
