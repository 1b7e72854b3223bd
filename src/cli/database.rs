//! A store in a database, as its URL names it.

use std::path::Path;

#[cfg(feature = "postgres")]
use mfa::store::{Postgres, PostgresUrl, PostgresUrlError};

use super::Env;
use super::any_store::AnyStore;
use super::error::{CommandError, Result};

/// Reports whether the name of a store is meant to be the URL of a database.
pub fn is_meant(store: &Path) -> bool {
    let text = store.as_os_str().as_encoded_bytes();
    [&b"postgres:"[..], b"postgresql:"].iter().any(|scheme| text.starts_with(scheme))
}

/// Returns the store at a URL.
#[cfg(feature = "postgres")]
pub fn find(url: &Path, env: &Env<'_>) -> Result<AnyStore> {
    // Whoever calls could send a file that they cannot read to a server of theirs, as a password.
    if env.process.elevated {
        return Err(CommandError::usage(
            "with rights that are not the caller's, no database is asked",
        ));
    }
    let wrong = |error: PostgresUrlError| {
        CommandError::new(super::Status::Usage, error).context("the store's URL is of no use")
    };
    let url: PostgresUrl = url.to_string_lossy().parse().map_err(wrong)?;
    let passfile = env.variables.passfile.as_ref().map(Into::into);
    let store = Postgres::new(url.with_passfile(passfile).map_err(wrong)?);
    Ok(AnyStore::Postgres(Box::new(store)))
}

/// Returns the error for a program that knows no databases.
#[cfg(not(feature = "postgres"))]
pub fn find(_: &Path, _: &Env<'_>) -> Result<AnyStore> {
    Err(CommandError::usage("this mfa is built without PostgreSQL")
        .hint("a build with the feature 'postgres' keeps a store there"))
}
