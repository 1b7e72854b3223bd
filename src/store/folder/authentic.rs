//! Files of a store that a key authenticates: their last line is a MAC.

use super::file::PrivateFile;
use super::kept::Kept;
use super::store_dirs::StoreDirs;
use super::stored::{Plain, Sealing};
use crate::store::sealing::{SealError, has_mac, mac_key_of, without_mac};
use crate::store::{Place, StoreError};

/// What a key has done to such a file.
pub(super) const AUTHENTICATED: &str = "is authenticated by";

/// Where the key of a sealed file is missing.
pub(super) const NO_KEY: &str = "and no key is given";

/// What becomes of the MAC that a file bears.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mac {
    /// It is that of the newest key.
    Newest,
    /// It goes.
    Dropped,
}

impl StoreDirs {
    /// Returns the text of the file of this name in the store, without the MAC of a key.
    ///
    /// Where there is a key, the MAC must be right: somebody may have planted the file.
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
                authentic.map_err(|error| refused(file.place(), AUTHENTICATED, error))
            }
            _ => Ok(without_mac(text)),
        }
    }

    /// Fails if the file bears a MAC of a key and there is none to make another with.
    pub(super) fn expect_key(&self, file: &PrivateFile, text: &[u8]) -> Result<(), StoreError> {
        match mac_key_of(text) {
            Some(key) if self.sealing.is_none() => Err(StoreError::Sealed {
                place: file.place(),
                how: AUTHENTICATED,
                key: key.as_str().into(),
                why: NO_KEY,
            }),
            _ => Ok(()),
        }
    }

    /// Returns the text of the file of this name in the store with what is to become of its MAC, or `None`
    /// if that is what it has.
    ///
    /// Without the key of a MAC, nothing becomes of it.
    pub(super) fn resealed<T>(
        &self,
        mac: Mac,
        name: &str,
        kept: &Kept<T>,
        record: String,
    ) -> Result<Option<String>, StoreError> {
        self.expect_key(&kept.file, &kept.text)?;
        let text = match mac {
            Mac::Newest => self.authenticated(name, record),
            Mac::Dropped => record,
        };
        Ok((text.as_bytes() != kept.text).then_some(text))
    }

    /// Returns the text of the file of this name in the store: with a MAC of the key if there is one.
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
