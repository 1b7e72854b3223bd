use super::{Ask, Contents, FormatError, Source, cells};

/// Reads a CSV export of Bitwarden or Vaultwarden.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    cells::with_columns(source.text, &["name", "login_username", "login_totp"])
}
