use zeroize::Zeroizing;

use super::raw_entry::{any, each};
use super::source::Json;
use super::uris;
use super::{Ask, Contents, FormatError, Source};

/// Reads a list of URIs in JSON, as cotp writes it: bare, or named `items`.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let named;
    let items = match &source.json {
        Json::Array(array) => array,
        Json::Object(export) => {
            named = export.get("items").unwrap_or_default();
            &named
        }
        Json::None => return Ok(None),
    };
    if !any(items, |text: &Zeroizing<String>| uris::is(text)) {
        return Ok(None);
    }
    each(items, |uri: Zeroizing<String>, number| {
        Some(uris::entry(uri.trim(), &format!("entry {number}")))
    })
    .map(Some)
}
