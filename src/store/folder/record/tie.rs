use sha2::{Digest, Sha256};

use super::Successor;
use crate::domain::Secret;

/// What ties a record to the secret in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store::folder) enum Tie {
    /// The digest of a plain secret, whose file may be written in several ways.
    Secret(String),
    /// The digest of the file of a sealed one: that of the secret would be a way to check guesses.
    File(String),
}

impl Tie {
    /// Returns the tie of a plain secret.
    pub(in crate::store::folder) fn of_secret(secret: &Secret) -> Self {
        Self::Secret(digest(secret.expose_bytes()))
    }

    /// Returns the tie of a sealed secret with this file.
    pub(in crate::store::folder) fn of_file(bytes: &[u8]) -> Self {
        Self::File(digest(bytes))
    }

    /// Returns the two forms, of which one is there.
    pub(super) fn parts(self) -> (Option<String>, Option<String>) {
        match self {
            Self::Secret(digest) => (Some(digest), None),
            Self::File(digest) => (None, Some(digest)),
        }
    }

    /// Reports whether a successor applies.
    pub(super) fn is_of(&self, next: &Successor) -> bool {
        match self {
            Self::Secret(digest) => next.secret_sha256.as_ref() == Some(digest),
            Self::File(digest) => next.file_sha256.as_ref() == Some(digest),
        }
    }
}

fn digest(bytes: &[u8]) -> String {
    base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &Sha256::digest(bytes))
}
