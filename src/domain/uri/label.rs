//! Splitting a label into issuer and account, either of which may contain a `:` itself.

/// Returns what follows the issuer and a `:` in a label that begins with them, white space aside.
pub(crate) fn after_issuer<'a>(label: &'a str, issuer: &str) -> Option<&'a str> {
    let rest = label.trim_start().strip_prefix(issuer.trim())?;
    Some(rest.trim_start().strip_prefix(':')?.trim())
}
