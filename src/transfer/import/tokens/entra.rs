use csv::StringRecord;

use super::table::Table;
use super::{Place, Token, name};
use crate::transfer::import::raw_entry::{Key, RawEntry};
use crate::transfer::import::{Ask, Contents, FormatError, Found, Source};

/// The columns that count, in either of the spellings in use.
const SERIAL: [&str; 2] = ["serial number", "serialnumber"];
const SECRET: [&str; 2] = ["secret key", "secretkey"];
const PERIOD: [&str; 2] = ["time interval", "timeinterval"];
const ACCOUNT: [&str; 1] = ["upn"];
const MANUFACTURER: [&str; 1] = ["manufacturer"];

/// The beginnings of the names of a column that is not Entra's own.
const ALGORITHM: [&str; 2] = ["hash", "algorithm"];

/// The number of columns by which the table is known where the serial number or secret is missing.
const SIGNS: usize = 2;

/// The places of the columns.
struct Columns {
    serial: usize,
    secret: usize,
    period: Option<usize>,
    account: Option<usize>,
    manufacturer: Option<usize>,
    algorithm: Option<usize>,
}

/// Reads the table that Microsoft Entra takes and Token2 writes.
pub(in crate::transfer::import) fn read(
    source: &Source<'_>,
    _: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    let Some(table) = Table::new(source.text) else { return Ok(None) };
    let header = table.first().unwrap_or_default();
    let columns = match Columns::of(&header) {
        _ if !is_header(&header) => return Ok(None),
        // It may be a table of URIs.
        Err(_) if source.text.contains("://") => return Ok(None),
        columns => columns?,
    };
    let mut contents = Contents::default();
    table.records(1, |record| {
        let place = Place::Entry(contents.found.len() + 1);
        contents.found.push(columns.token(record, place));
        contents.check_size()
    })?;
    Ok(Some(contents))
}

fn place(header: &StringRecord, names: &[&str]) -> Option<usize> {
    header.iter().position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name)))
}

fn is_header(header: &StringRecord) -> bool {
    let known: [&[&str]; 5] = [&SERIAL, &SECRET, &PERIOD, &ACCOUNT, &MANUFACTURER];
    known.iter().filter(|names| place(header, names).is_some()).count() >= SIGNS
}

impl Columns {
    fn of(header: &StringRecord) -> Result<Self, FormatError> {
        let needed = |names: &[&'static str; 2]| {
            let [name, _] = names;
            let missing = || FormatError::Damaged(format!("it has no column '{name}'"));
            place(header, names).ok_or_else(missing)
        };
        let is_algorithm = |cell: &str| {
            let cell = cell.to_ascii_lowercase();
            ALGORITHM.iter().any(|start| cell.starts_with(start))
        };
        Ok(Self {
            serial: needed(&SERIAL)?,
            secret: needed(&SECRET)?,
            period: place(header, &PERIOD),
            account: place(header, &ACCOUNT),
            manufacturer: place(header, &MANUFACTURER),
            algorithm: header.iter().position(is_algorithm),
        })
    }

    fn token(&self, record: &StringRecord, place: Place) -> Found {
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let optional = |column: Option<usize>| column.map(cell).unwrap_or_default();
        let (serial, account) = (cell(self.serial), optional(self.account));
        let period = optional(self.period);
        let period = (!period.is_empty()).then(|| period.parse()).transpose();
        let Ok(period) = period else {
            let why = "its time interval is not a number".into();
            return Found::Refused { what: name(serial, account, place), why };
        };
        let entry = RawEntry {
            secret: Key::Base32(cell(self.secret)),
            algorithm: optional(self.algorithm),
            period,
            ..RawEntry::default()
        };
        let issuer = optional(self.manufacturer);
        Token { serial, issuer, account, entry, ..Token::default() }.found(place)
    }
}
