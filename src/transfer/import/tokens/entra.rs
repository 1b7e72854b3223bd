use csv::StringRecord;

use super::{Place, Token, name};
use crate::transfer::import::raw_entry::{Key, RawEntry};
use crate::transfer::import::{Ask, Contents, FormatError, Found, Source, cells};

/// The columns that count, in either of the spellings in use.
const SERIAL: [&str; 2] = ["serial number", "serialnumber"];
const SECRET: [&str; 2] = ["secret key", "secretkey"];
const PERIOD: [&str; 2] = ["time interval", "timeinterval"];
const ACCOUNT: [&str; 1] = ["upn"];
const MANUFACTURER: [&str; 1] = ["manufacturer"];

/// The places of the columns.
struct Columns {
    serial: usize,
    secret: usize,
    period: Option<usize>,
    account: Option<usize>,
    manufacturer: Option<usize>,
}

/// Reads the table that Microsoft Entra takes and Token2 writes.
pub(in crate::transfer::import) fn read(
    source: &Source<'_>,
    _: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    let Some(columns) = cells::header(source.text).and_then(|header| Columns::of(&header)) else {
        return Ok(None);
    };
    let mut contents = Contents::default();
    cells::records(source.text, |record, number| {
        contents.found.push(columns.token(record, Place::Entry(number)));
        contents.check_size()
    })?;
    Ok(Some(contents))
}

impl Columns {
    fn of(header: &StringRecord) -> Option<Self> {
        let place = |names: &[&str]| {
            let is = |cell: &str| names.iter().any(|name| cell.trim().eq_ignore_ascii_case(name));
            header.iter().position(is)
        };
        Some(Self {
            serial: place(&SERIAL)?,
            secret: place(&SECRET)?,
            period: place(&PERIOD),
            account: place(&ACCOUNT),
            manufacturer: place(&MANUFACTURER),
        })
    }

    fn token(&self, record: &StringRecord, place: Place) -> Found {
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let optional = |column: Option<usize>| column.map(cell).unwrap_or_default();
        let (serial, account) = (cell(self.serial), optional(self.account));
        let period = optional(self.period);
        let period = (!period.is_empty()).then(|| period.parse()).transpose();
        let Ok(period) = period else {
            let why = "its time interval is not a number".into();
            return Found::Refused { what: name(serial, account, place), why };
        };
        let entry =
            RawEntry { secret: Key::Base32(cell(self.secret)), period, ..RawEntry::default() };
        let issuer = optional(self.manufacturer);
        Token { serial, issuer, account, entry, ..Token::default() }.found(place)
    }
}
