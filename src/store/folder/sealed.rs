//! A store whose secrets are sealed, and a caller without a key.

use super::{Folder, listing};
use crate::domain::AppName;
use crate::store::StoreError;
use crate::store::sealing::is_sealed;

/// The number of secrets that are looked at: a store is sealed as a whole, and one of a hundred thousand apps
/// is not read through for each new one.
const LOOKS: usize = 100;

impl Folder {
    /// Fails if secrets in it are sealed and it was given no key: a new one would lie among them in plain
    /// text.
    ///
    /// # Errors
    /// [`StoreError::NoKey`] if it is so, or another error if the folder cannot be trusted or read.
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
        let sealed = |app: &AppName| {
            store.secret(app).and_then(|file| file.read()).is_ok_and(|bytes| is_sealed(&bytes))
        };
        Ok(listing::read(&store.secrets)?.apps.iter().take(LOOKS).any(sealed))
    }
}
