use std::io::{self, Write};

use serde::Serialize;
use zeroize::Zeroizing;

use super::ExportError;

/// Writes indented JSON into a buffer reserved in full, so that no reallocation leaves an unwiped
/// copy of a secret behind.
pub(super) fn json<E>(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, ExportError<E>> {
    let mut length = Length(0);
    serde_json::to_writer_pretty(&mut length, value).map_err(|_| ExportError::Failed)?;
    let mut text = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer_pretty(&mut *text, value).map_err(|_| ExportError::Failed)?;
    Ok(text)
}

/// A writer that counts the bytes written to it.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
