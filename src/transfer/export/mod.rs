//! What other apps import, written: entries in, text or URIs out.
//!
//! All of it but [`aegis_encrypted`]'s holds secrets in plain. [`crate::transfer::import`] reads each of them
//! back.

mod aegis;
mod json;
mod migration;
mod uri;

pub use aegis::{aegis, aegis_encrypted};
pub use migration::{Migration, Part, migration};
pub use uri::uri;

use crate::domain::{AppName, Enrolment};

/// Is an app that goes out.
pub type Entry = (AppName, Enrolment);

/// Fills bytes with the system's randomness.
pub type Random<'a, E> = dyn FnMut(&mut [u8]) -> Result<(), E> + 'a;

/// Tells why there is no export.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError<E> {
    /// The randomness failed.
    #[error(transparent)]
    Random(#[from] E),
    /// A cipher or an encoder failed.
    #[error("the export could not be made")]
    Failed,
}
