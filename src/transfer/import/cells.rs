use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::uris::Uris;
use super::{Ask, Contents, FormatError, Source, uris, within};

/// What is put behind a table as a record of its own, which NUL cannot be otherwise: where it does
/// not come out as one, a quote was never closed and swallowed what follows.
const END: &str = "\0";

/// The limit on the line of column names in bytes.
const MAX_HEADER: usize = 4096;

/// The limit on commas in a line, or what else separates cells: a record keeps eight bytes for each.
const MAX_COMMAS: usize = 100_000;

/// The columns that apps have for the name of a service, of a user, and for codes.
const ISSUER: [&str; 4] = ["title", "name", "issuer", "service"];
const ACCOUNT: [&str; 5] = ["username", "login_username", "account", "user", "login"];
const CODES: [&str; 4] = ["totp", "login_totp", "otpauth", "otp"];

/// A table with the places of the columns that count.
struct Table<'a> {
    text: &'a str,
    width: usize,
    issuer: Option<usize>,
    account: Option<usize>,
    codes: Option<usize>,
}

/// Reads a table with column names, whatever app wrote it, that has codes in a column or URIs in
/// any cell.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let Some(table) = Table::with_columns(source.text, &[]) else { return Ok(None) };
    match table.entries() {
        Ok(contents) if contents.found.is_empty() => Ok(None),
        // A text whose first line has commas need not be a table.
        Err(FormatError::Damaged(_)) if table.codes.is_none() => Ok(None),
        entries => entries.map(Some),
    }
}

/// Reads a table that has all of these columns.
pub(super) fn with_columns(text: &str, names: &[&str]) -> Result<Option<Contents>, FormatError> {
    Table::with_columns(text, names).map(|table| table.entries()).transpose()
}

impl<'a> Table<'a> {
    fn with_columns(text: &'a str, names: &[&str]) -> Option<Self> {
        let header = header(text)?;
        let place = |name: &&str| header.iter().position(|cell| cell.eq_ignore_ascii_case(name));
        let first = |names: &[&str]| names.iter().find_map(place);
        names.iter().all(|name| place(name).is_some()).then(|| Self {
            text,
            width: header.len(),
            issuer: first(&ISSUER),
            account: first(&ACCOUNT),
            codes: first(&CODES),
        })
    }

    /// Reads the codes of each record, and the URIs that stand in its other cells.
    fn entries(&self) -> Result<Contents, FormatError> {
        let mut found = Uris::default();
        records(self.text, &mut ReaderBuilder::new(), |row, number| {
            if self.codes.is_none() && row.len() != self.width {
                return Ok(());
            }
            let cell = |place: Option<usize>| place.and_then(|at| row.get(at)).unwrap_or_default();
            let (issuer, account) = (cell(self.issuer), cell(self.account));
            for (place, cell) in row.iter().map(str::trim).enumerate() {
                if (self.codes == Some(place) || uris::is_one(cell)) && !cell.is_empty() {
                    found.take_field(cell, issuer, account, number);
                    continue;
                }
                for uri in cell.lines().flat_map(within::uris) {
                    found.take_field(uri, issuer, account, number);
                }
            }
            found.check_size()
        })?;
        Ok(found.finish())
    }
}

/// Gives each record but the names of columns, and its number.
pub(super) fn records(
    text: &str,
    dialect: &mut ReaderBuilder,
    mut record: impl FnMut(&StringRecord, usize) -> Result<(), FormatError>,
) -> Result<(), FormatError> {
    let is_comma = |byte: &u8| matches!(byte, b',' | b';' | b'\t');
    let many = |line: &str| line.bytes().filter(is_comma).nth(MAX_COMMAS).is_some();
    if text.lines().any(many) {
        return Err(FormatError::damaged("a line has more than 100000 commas"));
    }
    let text = text.as_bytes().chain(&b"\n"[..]).chain(END.as_bytes());
    let mut reader = dialect.flexible(true).from_reader(text);
    let mut cells = StringRecord::new();
    for number in 1.. {
        match reader.read_record(&mut cells) {
            Ok(true) if cells == [END][..] => break,
            Ok(true) => record(&cells, number)?,
            _ => return Err(FormatError::damaged("a quote is never closed")),
        }
    }
    Ok(())
}

/// Reads the names of two columns at least, of which none is a URI.
pub(super) fn header(text: &str) -> Option<StringRecord> {
    let line = text.lines().next().filter(|line| line.len() <= MAX_HEADER)?;
    let reader = ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let header = reader.into_records().next()?.ok()?;
    (header.len() > 1 && !header.iter().any(|cell| cell.contains("://"))).then_some(header)
}
