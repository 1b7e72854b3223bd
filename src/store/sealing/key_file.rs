use std::path::Path;

use super::{Key, Keys};
use crate::store::StoreError;
use crate::store::trusted_file::{Readers, read_trusted, read_trusted_or_fifo};

/// Who laid a key file where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// Its owner.
    Anywhere,
    /// Its owner, in a regular file: while somebody logs in, nobody writes into a FIFO.
    OnDisk,
    /// systemd, in the folder of a service's credentials: root's, and readable by its group.
    Credentials,
}

impl Keys {
    /// Reads a key file: a private regular file of ours or root's, or, anywhere, a FIFO such as `<(…)`.
    ///
    /// Links are followed; what they lead to is judged.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read, could have been read by others, or holds no keys.
    pub fn from_file(path: &Path, place: KeyPlace) -> Result<Vec<Key>, StoreError> {
        let text = match place {
            KeyPlace::Anywhere => read_trusted_or_fifo(path, Readers::Owner),
            KeyPlace::OnDisk => read_trusted(path, Readers::Owner),
            KeyPlace::Credentials => read_trusted(path, Readers::RootsGroup),
        }?;
        let damaged = |why: String| StoreError::Damaged { place: path.into(), why };
        let text = std::str::from_utf8(&text).map_err(|_| damaged("it is not UTF-8".into()))?;
        let keys = Self::read(text).map_err(|e| damaged(e.to_string()))?;
        if keys.is_empty() { Err(damaged("there is no key in it".into())) } else { Ok(keys) }
    }
}
