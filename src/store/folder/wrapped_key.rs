//! The store's own key, behind a passphrase.

use std::str;

use super::{Folder, durable, held};
use crate::store::StoreError;

/// The file of the key.
const NAME: &str = "key";

impl Folder {
    /// Reads the store's key, which a passphrase opens, or returns `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be trusted or read.
    pub fn wrapped_key(&self) -> Result<Option<String>, StoreError> {
        let Some(store) = self.dirs()? else { return Ok(None) };
        let Some(file) = store.root.file(NAME)? else { return Ok(None) };
        let bytes = file.read()?;
        let text = str::from_utf8(&bytes).map_err(|_| file.damaged("it is not UTF-8"))?;
        Ok(Some(text.to_owned()))
    }

    /// Writes the store's key durably, and replaces no other.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if there is one by now, or another error if it cannot be recorded.
    pub fn put_wrapped_key(&self, text: &str) -> Result<(), StoreError> {
        let held::HeldStore { store, lock } = self.made()?;
        durable::write_beside(&store.root, NAME, text.as_bytes(), &lock)?;
        match durable::publish(&store.root, NAME) {
            Ok(true) => store.root.sync(),
            Ok(false) => {
                durable::discard(&store.root, NAME);
                Err(StoreError::Busy)
            }
            Err(error) => Err(error),
        }
    }
}
