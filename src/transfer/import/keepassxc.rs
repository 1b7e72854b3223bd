use super::{Ask, Contents, FormatError, Source, cells};

/// Reads a CSV export of `KeePassXC`, which has codes since its version 2.7.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    cells::with_columns(source.text, &["Group", "Title", "Username", "TOTP"])
}
