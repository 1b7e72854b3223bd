use super::{Ask, Contents, FormatError, Source, cells};

/// Reads a CSV export of 1Password.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    cells::with_columns(source.text, &["Title", "Username", "OTPAuth", "Favorite"])
}
