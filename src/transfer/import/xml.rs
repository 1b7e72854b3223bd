use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zeroize::Zeroizing;

use super::FormatError;

/// The limit on elements within each other; groups of groups are a few.
const MAX_DEPTH: usize = 256;

/// An element at its end.
pub(super) struct Element<'a> {
    /// Its name, after those of its parent and of its parent's parent, all without a namespace.
    pub path: [&'a str; 3],
    /// The number of elements that it stands in, itself included.
    pub depth: usize,
    /// The text between its last child, if it has one, and its end.
    pub text: &'a str,
    start: &'a BytesStart<'a>,
}

/// An element that has begun. Its name is cut out once: a long one would be searched again at the
/// end of each child.
struct Open<'a> {
    name: String,
    start: BytesStart<'a>,
}

impl Element<'_> {
    /// Returns the value of an attribute without a namespace.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let attribute = self.start.try_get_attribute(name).ok()??;
        Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
    }
}

/// Returns the name of the outermost element, without its namespace, of what may be XML.
pub(super) fn root(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => return Some(name(&start)),
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
    let (mut open, mut content) = (Vec::new(), Zeroizing::new(String::new()));
    loop {
        let event = reader.read_event().map_err(|_| not_xml(reader.error_position()))?;
        match event {
            Event::Start(_) if open.len() == MAX_DEPTH => {
                return Err(FormatError::damaged("its elements are too deep within each other"));
            }
            Event::Start(start) => {
                open.push(Open { name: name(&start), start });
                content.clear();
            }
            Event::Text(text) => content.push_str(&text.xml10_content()),
            Event::CData(text) => content.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) => content.push(character(&entity)?),
            Event::End(_) => {
                if let Some(Open { start, .. }) = open.last() {
                    let (path, depth) = (path(&open), open.len());
                    ended(&Element { path, depth, text: &content, start })?;
                }
                open.pop();
                content.clear();
            }
            Event::DocType(_) => return Err(FormatError::damaged("it has a document type")),
            Event::Eof if open.is_empty() => return Ok(()),
            Event::Eof => return Err(FormatError::damaged("its end is missing")),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn name(start: &BytesStart<'_>) -> String {
    start.local_name().into_inner().to_owned()
}

fn path<'a>(open: &'a [Open<'_>]) -> [&'a str; 3] {
    let mut names = open.iter().rev().map(|element| element.name.as_str());
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
