//! Files of a store that a key authenticates: their last line is a code of it.

use super::file::PrivateFile;
use super::store_dirs::StoreDirs;
use super::stored::{Plain, Sealing};
use crate::store::sealing::{SealError, has_mac, mac_key_of, without_mac};
use crate::store::{Place, StoreError};

/// What a key has done to such a file.
pub(super) const BEARS: &str = "bears a code of";

/// Where the key of a sealed file is missing.
pub(super) const NO_KEY: &str = "and no key is given";

impl StoreDirs {
    /// Returns the text of the file of this name in the store, without the code of a key.
    ///
    /// Where there is a key, the code must be right: somebody may have planted the file.
    pub(super) fn believed_text<'a>(
        &self,
        name: &str,
        file: &PrivateFile,
        text: &'a [u8],
        plain: Plain,
    ) -> Result<&'a [u8], StoreError> {
        match &self.sealing {
            Some(Sealing { keys, allows_plain })
                if has_mac(text) || !(*allows_plain || plain == Plain::Believed) =>
            {
                let authentic = keys.authentic(name, text);
                authentic.map_err(|error| refused(file.place(), BEARS, error))
            }
            _ => Ok(without_mac(text)),
        }
    }

    /// Fails if the file bears a code of a key and there is none to make another with.
    pub(super) fn expect_key(&self, file: &PrivateFile, text: &[u8]) -> Result<(), StoreError> {
        match mac_key_of(text) {
            Some(key) if self.sealing.is_none() => Err(StoreError::Sealed {
                place: file.place(),
                how: BEARS,
                key: key.as_str().into(),
                why: NO_KEY,
            }),
            _ => Ok(()),
        }
    }

    /// Returns the text of the file of this name in the store: with a code of the key if there is one.
    pub(super) fn authenticated(&self, name: &str, record: String) -> String {
        match &self.sealing {
            Some(Sealing { keys, .. }) => keys.authenticated(name, &record),
            None => record,
        }
    }
}

/// Refuses a file of which a key says that it is not as it was written.
pub(super) fn refused(place: Place, how: &'static str, error: SealError) -> StoreError {
    match error {
        SealError::NoSuchKey(key) => StoreError::Sealed {
            place,
            how,
            key: key.as_str().into(),
            why: "which the key file does not hold",
        },
        error => StoreError::Damaged { place, why: error.to_string() },
    }
}
