use csv::{ReaderBuilder, StringRecord, Trim};

use crate::transfer::import::{FormatError, cells};

/// What cells may be separated by, the most likely first.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The limit on the first line in bytes.
const MAX_FIRST: usize = 4096;

/// A table as spreadsheets write it: lines without a cell and comments do not count.
pub(super) struct Table<'a> {
    text: &'a str,
    separator: u8,
}

impl<'a> Table<'a> {
    /// Finds the first line that counts, and the separator: that which Excel names in a line such as
    /// `sep=;`, or which the line has most of.
    pub(super) fn new(text: &'a str) -> Option<Self> {
        let (mut rest, mut named) = (text, None);
        loop {
            let line = rest.lines().next()?;
            let stated = line.trim().strip_prefix("sep=").and_then(|text| text.bytes().next());
            named = named.or(stated.filter(|separator| SEPARATORS.contains(separator)));
            if stated.is_none() && counts(line) {
                return (line.len() <= MAX_FIRST).then(|| Self {
                    text: rest,
                    separator: named.unwrap_or_else(|| likely(line)),
                });
            }
            rest = rest.get(line.len()..)?.trim_start_matches(['\r', '\n']);
        }
    }

    /// Returns the cells of the first line.
    pub(super) fn first(&self) -> Option<StringRecord> {
        let line = self.text.lines().next()?;
        let mut records = self.dialect().from_reader(line.as_bytes()).into_records();
        records.next()?.ok()
    }

    /// Gives each record after some, such as the names of columns.
    pub(super) fn records(
        &self,
        after: usize,
        mut record: impl FnMut(&StringRecord) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        cells::records(self.text, &mut self.dialect(), |cells, number| {
            if number <= after || cells.iter().all(str::is_empty) { Ok(()) } else { record(cells) }
        })
    }

    fn dialect(&self) -> ReaderBuilder {
        let mut dialect = ReaderBuilder::new();
        dialect.has_headers(false).delimiter(self.separator).comment(Some(b'#')).trim(Trim::All);
        dialect
    }
}

/// Reports whether a line is more than separators or a comment.
fn counts(line: &str) -> bool {
    let cells = line.trim_matches(|c: char| c.is_whitespace() || ",;\"".contains(c));
    !cells.is_empty() && !cells.starts_with('#')
}

fn likely(line: &str) -> u8 {
    let count = |separator: u8| line.bytes().filter(|byte| *byte == separator).count();
    SEPARATORS.into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}
