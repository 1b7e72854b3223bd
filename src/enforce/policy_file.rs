use std::path::Path;

use crate::policy::{Policy, PolicyError};
use crate::store::trusted_file::{Readers, read_trusted};
use crate::store::{Place, StoreError};

/// The reasons why a file gives no policy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyFileError {
    /// A file that cannot be read, or that others could have written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file whose text is no policy.
    #[error("{place}: {why}")]
    Policy {
        /// The file.
        place: Place,
        /// What is wrong with it, and where.
        why: PolicyError,
    },
    /// A file that is no text.
    #[error("{0}: it is not UTF-8")]
    NoText(Place),
}

impl Policy {
    /// Reads the policy in a file that nobody but root and we can write.
    ///
    /// Links are followed; what they lead to is judged.
    ///
    /// # Errors
    /// [`PolicyFileError`] if it cannot be trusted or read, or is no policy.
    pub fn from_file(path: &Path) -> Result<Self, PolicyFileError> {
        let text = read_trusted(path, Readers::Everyone)?;
        let text = std::str::from_utf8(&text).map_err(|_| PolicyFileError::NoText(path.into()))?;
        text.parse().map_err(|why| PolicyFileError::Policy { place: path.into(), why })
    }
}
