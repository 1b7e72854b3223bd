mod fields;

use zeroize::Zeroizing;

use super::uris::Uris;
use super::xml::{self, Element};
use super::{Ask, Contents, FormatError, Found, Source};
use fields::Fields;

/// What is known about a database at an element's end.
#[derive(Default)]
struct Database {
    found: Uris,
    entries: usize,
    /// The fields of the entry that is being read.
    fields: Fields,
    key: String,
    value: Zeroizing<String>,
    /// The identifier of the group that deleted entries go to.
    bin: Option<String>,
    /// The depth of that group while it is being read.
    bin_depth: Option<usize>,
}

/// Reads an XML export of `KeePass` 2 or `KeePassXC`.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    if xml::root(source.text).is_none_or(|root| root != "KeePassFile") {
        return Ok(None);
    }
    let mut database = Database::default();
    xml::elements(source.text, |element| database.take(element))?;
    Ok(Some(database.found.finish()))
}

impl Database {
    /// Takes an element, except for the earlier states of an entry in its history.
    fn take(&mut self, element: &Element<'_>) -> Result<(), FormatError> {
        let text = element.text;
        match element.path {
            [_, "Meta", "RecycleBinUUID"] => self.bin = Some(text.into()),
            [_, "Group", "UUID"] if self.bin.as_deref() == Some(text) => {
                self.bin_depth = Some(element.depth - 1);
            }
            [.., "Group"] if self.bin_depth == Some(element.depth) => self.bin_depth = None,
            ["Entry", "String", "Key"] => self.key = text.into(),
            ["Entry", "String", "Value"] => self.value = Zeroizing::new(text.into()),
            ["History", "Entry", "String"] | [_, "History", "Entry"] => {}
            [_, "Entry", "String"] => {
                self.fields.add(std::mem::take(&mut self.key), std::mem::take(&mut self.value));
            }
            [.., "Entry"] => return self.entry(),
            _ => {}
        }
        Ok(())
    }

    fn entry(&mut self) -> Result<(), FormatError> {
        self.entries += 1;
        let fields = std::mem::take(&mut self.fields);
        if self.bin_depth.is_none() {
            fields.find(self.entries, &mut self.found);
        } else if fields.have_codes() {
            let (what, why) = (fields.name(self.entries), "it is in the recycle bin".into());
            self.found.add(Found::Skipped { what, why });
        }
        self.found.check_size()
    }
}
