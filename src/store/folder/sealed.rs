//! A store whose secrets are sealed, and a caller without a key.

use super::{Folder, listing};
use crate::store::StoreError;
use crate::store::sealing::is_sealed;

impl Folder {
    /// Fails if secrets in it are sealed and it was given no key: a new one would lie among them in plain
    /// text.
    ///
    /// # Errors
    /// [`StoreError::NoKey`] if it is so, or another error if a secret cannot be trusted or read.
    pub fn expect_key_if_sealed(&self) -> Result<(), StoreError> {
        if self.has_keys() || !self.is_sealed()? {
            return Ok(());
        }
        Err(StoreError::NoKey(self.root.as_path().into()))
    }

    /// Reports whether a secret in it is sealed, or a passphrase keeps a key for that.
    fn is_sealed(&self) -> Result<bool, StoreError> {
        let Some(store) = self.dirs()? else { return Ok(false) };
        if self.wrapped_key()?.is_some() {
            return Ok(true);
        }
        for app in listing::read(&store.secrets)?.apps {
            match store.secret(&app).and_then(|file| file.read()) {
                Ok(bytes) if is_sealed(&bytes) => return Ok(true),
                // Removed since it was listed.
                Ok(_) | Err(StoreError::NoSuchApp(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}
