use std::path::Path;

use super::{Key, Keys};
use crate::store::StoreError;
use crate::store::trusted_file::{Readers, read_trusted};

/// Who laid a key file where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// Its owner.
    Anywhere,
    /// systemd, in the folder of a service's credentials: root's, and readable by its group.
    Credentials,
}

impl Keys {
    /// Reads a key file: a private regular file of ours or root's, or a FIFO such as `<(…)`.
    ///
    /// Links are followed; what they lead to is judged.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read, could have been read by others, or holds no keys.
    pub fn from_file(path: &Path, place: KeyPlace) -> Result<Vec<Key>, StoreError> {
        let readers = match place {
            KeyPlace::Anywhere => Readers::Owner,
            KeyPlace::Credentials => Readers::RootsGroup,
        };
        let text = read_trusted(path, readers)?;
        let damaged = |why: String| StoreError::Damaged { place: path.into(), why };
        let text = std::str::from_utf8(&text).map_err(|_| damaged("it is not UTF-8".into()))?;
        let keys = Self::read(text).map_err(|e| damaged(e.to_string()))?;
        if keys.is_empty() { Err(damaged("there is no key in it".into())) } else { Ok(keys) }
    }
}
