use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};
use zeroize::Zeroizing;

use super::FormatError;

/// The limit on elements within each other; groups of groups are a few.
const MAX_DEPTH: usize = 256;

/// An element at its end.
pub(super) struct Element<'a> {
    /// Its name, after those of its parent and of its parent's parent.
    pub path: [&'a str; 3],
    /// The number of elements that it stands in, itself included.
    pub depth: usize,
    /// The text between its last child, if it has one, and its end.
    pub text: &'a str,
}

/// Returns the name of the outermost element of what may be XML.
pub(super) fn root(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => return Some(start.name().0.to_owned()),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Gives each element at its end, in one pass.
///
/// No entity is expanded but the five of XML itself: a document type, which declares others, is
/// refused.
///
/// # Errors
/// [`FormatError::Damaged`], and whatever `ended` fails with.
pub(super) fn elements(
    text: &str,
    mut ended: impl FnMut(&Element<'_>) -> Result<(), FormatError>,
) -> Result<(), FormatError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let (mut names, mut content) = (Vec::new(), Zeroizing::new(String::new()));
    loop {
        let event = reader.read_event().map_err(|_| not_xml(reader.error_position()))?;
        match event {
            Event::Start(_) if names.len() == MAX_DEPTH => {
                return Err(FormatError::damaged("its elements are too deep within each other"));
            }
            Event::Start(start) => {
                names.push(start.name().0.to_owned());
                content.clear();
            }
            Event::Text(text) => content.push_str(&text.xml10_content()),
            Event::CData(text) => content.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) => content.push(character(&entity)?),
            Event::End(_) => {
                ended(&Element { path: path(&names), depth: names.len(), text: &content })?;
                names.pop();
                content.clear();
            }
            Event::DocType(_) => return Err(FormatError::damaged("it has a document type")),
            Event::Eof if names.is_empty() => return Ok(()),
            Event::Eof => return Err(FormatError::damaged("its end is missing")),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn path(names: &[String]) -> [&str; 3] {
    let mut names = names.iter().rev().map(String::as_str);
    let mut next = || names.next().unwrap_or_default();
    let (name, parent, grandparent) = (next(), next(), next());
    [grandparent, parent, name]
}

fn character(entity: &BytesRef<'_>) -> Result<char, FormatError> {
    let named = || resolve_predefined_entity(entity).and_then(|text| text.chars().next());
    let character = entity.resolve_char_ref().ok().flatten().or_else(named);
    character.ok_or_else(|| FormatError::damaged("it has an entity that is not XML's own"))
}

fn not_xml(position: u64) -> FormatError {
    FormatError::Damaged(format!("not XML at byte {position}"))
}
