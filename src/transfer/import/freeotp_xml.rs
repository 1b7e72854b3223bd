use super::freeotp::Token;
use super::raw_entry::one;
use super::xml;
use super::{Ask, Contents, FormatError, Source};

/// Reads the `tokens.xml` of `FreeOTP` 1, its preferences: each token is JSON within a string.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let is_map = xml::root(source.text).is_some_and(|root| root == "map");
    if !is_map || !source.text.contains("issuerExt") {
        return Ok(None);
    }
    let mut contents = Contents::default();
    xml::elements(source.text, |element| {
        // The order of the tokens is a list of names.
        if element.path == ["", "map", "string"] && element.text.trim_start().starts_with('{') {
            let number = contents.found.len() + 1;
            let token = |token: Token, number| Some(token.found(number));
            contents.found.extend(one(element.text, number, token));
        }
        contents.check_size()
    })?;
    Ok(Some(contents))
}
