//! Replacing a file whose text a change is computed from, while others may do the same.

use super::dir::Dir;
use super::file::PrivateFile;
use super::{TRIES, durable};
use crate::store::StoreError;

/// What a file keeps, and the text that says so.
pub(super) struct Kept<T> {
    pub(super) value: T,
    pub(super) file: PrivateFile,
    pub(super) text: Vec<u8>,
}

/// Replaces the text of a file by what `next` makes of what it keeps, or leaves it for `None`.
///
/// `held` is the locked file that every writer of this name holds.
pub(super) fn rewrite<T>(
    (dir, name, held): (&Dir, &str, &PrivateFile),
    read: impl Fn() -> Result<Option<Kept<T>>, StoreError>,
    mut next: impl FnMut(Option<&Kept<T>>) -> Result<Option<String>, StoreError>,
) -> Result<(), StoreError> {
    for _ in 0..TRIES {
        let kept = read()?;
        let Some(text) = next(kept.as_ref())? else { return Ok(()) };
        durable::write_beside(dir, name, text.as_bytes(), held)?;
        // Where the file system's locks do nothing, somebody may have changed it meanwhile.
        let now = read().inspect_err(|_| durable::discard(dir, name))?;
        if now.map(|now| now.text) == kept.map(|kept| kept.text) {
            return durable::replace(dir, name);
        }
        durable::discard(dir, name);
    }
    Err(StoreError::Busy)
}
