use super::uris::Uris;
use super::{Ask, Contents, FormatError, Source, within};

/// Reads the URIs that stand anywhere in a text, such as a note; all else in it is ignored.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let mut found = Uris::default();
    for (index, line) in source.text.lines().enumerate() {
        for uri in within::uris(line) {
            found.take(uri, &format!("line {}", index + 1));
        }
        found.check_size()?;
    }
    let contents = found.finish();
    Ok((!contents.found.is_empty()).then_some(contents))
}
