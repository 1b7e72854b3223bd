//! Splitting a label into issuer and account, either of which may contain a `:` itself.

use std::borrow::Cow;

/// Returns the rest of a label that begins with the issuer and a `:`, ignoring white space.
pub(crate) fn after_issuer<'a>(label: &'a str, issuer: &str) -> Option<&'a str> {
    let rest = label.trim_start().strip_prefix(issuer.trim())?;
    Some(rest.trim_start().strip_prefix(':')?.trim())
}

/// Writes an account so that a reader who takes the issuer off gets it back: an account that itself
/// begins with the issuer gets it once more.
pub(crate) fn behind_issuer<'a>(account: &'a str, issuer: &str) -> Cow<'a, str> {
    match after_issuer(account, issuer) {
        Some(_) => format!("{issuer}:{account}").into(),
        None => account.into(),
    }
}
