//! A store in PostgreSQL, on servers that the tests make themselves: what it says, who may do what,
//! and what it refuses when servers fail.

#![cfg(test)]
#![cfg(all(feature = "postgres", feature = "service"))]
#![expect(clippy::disallowed_methods, reason = "how long it takes is part of what is shown")]
#![expect(clippy::print_stdout, reason = "figures are told")]

#[path = "../common/mod.rs"]
mod common;

mod crowd;
mod documentation;
mod failures;
mod figures;
mod figures_of_size;
mod instances;
mod lost;
mod moved;
mod refused;
mod roles;
mod rotation;
mod session;
mod tls;

use std::path::PathBuf;

use common::postgres::{Database, key_file};
use common::{Run, TempStore};

/// A store in a database as a caller names it, beside a folder for whatever else a test needs.
struct Place {
    url: String,
    key: PathBuf,
    beside: TempStore,
}

impl Place {
    fn of(database: &Database) -> Self {
        Self::at(&database.url)
    }

    fn at(url: &str) -> Self {
        let beside = TempStore::new();
        Self { url: url.into(), key: key_file(beside.outside()), beside }
    }

    /// Prepares `mfa --store URL --key-file FILE` with more arguments.
    fn mfa(&self, args: &[&str]) -> Run {
        self.beside.bare(["--store", &*self.url, "--key-file"]).args([&self.key]).args(args)
    }
}
