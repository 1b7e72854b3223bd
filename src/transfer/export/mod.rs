//! Formats that other apps import: entries in, text or URIs out.
//!
//! Except for [`aegis_encrypted`], all of them contain secrets in plain text.
//! [`crate::transfer::import`] reads each of them back.

mod aegis;
mod json;
mod migration;
mod uri;

pub use aegis::{aegis, aegis_encrypted};
pub use migration::{Migration, Part, migration};
pub use uri::uri;

use std::borrow::Cow;

use crate::domain::{Account, AppName, Enrolment, after_issuer};

/// An app to be exported.
pub type Entry = (AppName, Enrolment);

/// A function that fills bytes with the system's randomness.
pub type Random<'a, E> = dyn FnMut(&mut [u8]) -> Result<(), E> + 'a;

/// The reasons why there is no export.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError<E> {
    /// A failure of the source of randomness.
    #[error(transparent)]
    Random(#[from] E),
    /// A failure of a cipher or an encoder.
    #[error("the export could not be made")]
    Failed,
}

/// Returns the account for a format that has the issuer beside it.
///
/// Apps, and mfa, take an issuer before the account off: an account that itself begins with the issuer
/// gets it once more.
fn account_text(account: &Account) -> Cow<'_, str> {
    let issuer = account.issuer.as_str();
    let name = account.name.as_ref().map_or("", |name| name.as_str());
    match after_issuer(name, issuer) {
        Some(_) => format!("{issuer}:{name}").into(),
        None => name.into(),
    }
}
