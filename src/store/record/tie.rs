use sha2::{Digest, Sha256};

use super::Successor;
use crate::domain::Secret;

/// What ties a record to the secret in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Tie {
    /// The digest of a plain secret, whose file may be written in several ways.
    Secret(String),
    /// The digest of the file of a sealed one: that of the secret would be a way to check guesses.
    File(String),
    /// Any plain secret, while a sealed one is being decrypted: for the same reason.
    Plain,
}

impl Tie {
    /// Returns the tie of a plain secret.
    pub(in crate::store) fn of_secret(secret: &Secret) -> Self {
        Self::Secret(digest(secret.expose_bytes()))
    }

    /// Returns the tie of a sealed secret with this file.
    pub(in crate::store) fn of_file(bytes: &[u8]) -> Self {
        Self::File(digest(bytes))
    }

    /// Reports whether a successor applies to the secret with this tie.
    pub(super) fn is_of(&self, next: &Successor) -> bool {
        match self {
            Self::Secret(digest) => next.plain || next.secret_sha256.as_ref() == Some(digest),
            Self::File(digest) => next.file_sha256.as_ref() == Some(digest),
            Self::Plain => next.plain,
        }
    }

    /// Returns a successor that applies to the secret with this tie.
    pub(super) fn to(self, record: Box<super::Record>) -> Successor {
        let none = Successor { secret_sha256: None, file_sha256: None, plain: false, record };
        match self {
            Self::Secret(digest) => Successor { secret_sha256: Some(digest), ..none },
            Self::File(digest) => Successor { file_sha256: Some(digest), ..none },
            Self::Plain => Successor { plain: true, ..none },
        }
    }
}

/// Returns the digest of a file or a key.
pub(in crate::store) fn digest(bytes: &[u8]) -> String {
    base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &Sha256::digest(bytes))
}
