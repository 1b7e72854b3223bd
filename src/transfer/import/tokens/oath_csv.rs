use csv::StringRecord;
use zeroize::Zeroizing;

use super::keys::{self, Encoding, Keys};
use super::table::Table;
use super::{Place, Token, name, no_counter};
use crate::transfer::import::raw_entry::{Key, RawEntry, unsupported};
use crate::transfer::import::{Ask, Contents, FormatError, Found, Source, encoding};

/// The kinds of tokens that such files name, in lower case.
const KINDS: [&str; 3] = ["hotp", "totp", "ocra"];

/// The names that each column may have.
const NAMES: [&[&str]; 7] = [
    &["serial", "serial number"],
    &["key", "otpkey", "otp key", "secret", "seed"],
    &["type", "tokentype", "kind"],
    &["digits", "otplen"],
    &["counter"],
    &["period", "timestep", "time step"],
    &["algorithm", "hash", "hashlib"],
];

/// The places of the columns where they have no names.
const UNNAMED: Columns = Columns([Some(0), Some(1), Some(2), Some(3), Some(4), Some(4), Some(5)]);

/// The places of the columns of [`NAMES`].
struct Columns([Option<usize>; 7]);

/// A line of the table.
struct Row<'a> {
    serial: &'a str,
    key: Zeroizing<String>,
    kind: &'a str,
    digits: &'a str,
    counter: &'a str,
    period: &'a str,
    algorithm: &'a str,
}

/// Reads tokens as privacyIDEA and `LinOTP` take them, with or without column names:
/// `serial,key[,hotp|totp[,digits[,counter|period[,algorithm]]]]`.
pub(in crate::transfer::import) fn read(
    source: &Source<'_>,
    _: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    let Some(table) = Table::new(source.text).filter(|_| !source.text.contains("://")) else {
        return Ok(None);
    };
    let first = table.first().unwrap_or_default();
    let (columns, names) = Columns::named(&first).map_or((UNNAMED, 0), |columns| (columns, 1));
    if names == 0 && !columns.row(&first).begins() {
        return Ok(None);
    }
    let Some(encoding) = encoding(&table, &columns, names)? else { return Ok(None) };
    let mut contents = Contents::default();
    table.records(names, |record| {
        columns.row(record).read(encoding, &mut contents);
        contents.check_size()
    })?;
    Ok(Some(contents))
}

/// Decides how the keys are written; returns `None` for a table without a token.
fn encoding(
    table: &Table<'_>,
    columns: &Columns,
    names: usize,
) -> Result<Option<Encoding>, FormatError> {
    let (mut keys, mut has_token) = (Keys::default(), false);
    let read = table.records(names, |record| {
        let row = columns.row(record);
        keys.take(&row.key);
        has_token |= row.is_token() || names > 0 && keys::is_key(&row.key);
        Ok(())
    });
    if !has_token {
        return Ok(None);
    }
    read?;
    keys.encoding().map(Some)
}

impl Columns {
    fn named(header: &StringRecord) -> Option<Self> {
        let place = |names: &[&str]| {
            header.iter().position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name)))
        };
        let places = NAMES.map(place);
        matches!(places, [Some(_), Some(_), ..]).then_some(Self(places))
    }

    fn row<'a>(&self, record: &'a StringRecord) -> Row<'a> {
        let cell = |place: Option<usize>| place.and_then(|at| record.get(at)).unwrap_or_default();
        let [serial, key, kind, digits, counter, period, algorithm] = self.0.map(cell);
        Row { serial, key: keys::joined(key), kind, digits, counter, period, algorithm }
    }
}

impl Row<'_> {
    /// Reports whether a table without column names may begin with this line.
    fn begins(&self) -> bool {
        !self.serial.is_empty() && keys::is_key(&self.key) && !keys::is_word(&self.key)
    }

    fn kind(&self) -> &str {
        if self.kind.is_empty() { "hotp" } else { self.kind }
    }

    /// Reports whether it is nothing but a token.
    fn is_token(&self) -> bool {
        let kind = self.kind.to_ascii_lowercase();
        let is_kind = KINDS.contains(&kind.as_str()) || kind.is_empty() && keys::is_long(&self.key);
        is_kind && !self.serial.is_empty() && keys::is_key(&self.key)
    }

    fn read(&self, encoding: Encoding, contents: &mut Contents) {
        let place = Place::Entry(contents.found.len() + 1);
        let what = name(self.serial, "", place);
        let found = self.found(encoding, place);
        let is_hotp = self.kind().eq_ignore_ascii_case("hotp");
        if matches!(found, Found::Entry(_)) && is_hotp && self.counter.is_empty() {
            contents.notes.push(no_counter(&what));
        }
        contents.found.push(found);
    }

    fn found(&self, encoding: Encoding, place: Place) -> Found {
        let what = name(self.serial, "", place);
        let refused = |why: &str| Found::Refused { what: what.clone(), why: why.into() };
        let hex = encoding::hex(&self.key);
        let secret = match (encoding, &hex) {
            (Encoding::Base32, _) => Key::Base32(&self.key),
            (Encoding::Hex, Some(key)) => Key::Bytes(key),
            (Encoding::Hex, None) => return refused("the secret is not hexadecimal"),
        };
        if self.kind.eq_ignore_ascii_case("ocra") {
            return Found::Skipped { what, why: unsupported(self.kind) };
        }
        match self.entry() {
            Some(entry) => {
                let entry = RawEntry { secret, ..entry };
                Token { serial: self.serial, entry, ..Token::default() }.found(place)
            }
            None => refused("its digits, counter or period are not a number"),
        }
    }

    /// Reads what follows the kind.
    fn entry(&self) -> Option<RawEntry<'_>> {
        let is_totp = self.kind.eq_ignore_ascii_case("totp");
        let number = |cell: &str| (!cell.is_empty()).then(|| cell.parse()).transpose();
        let factor = number(if is_totp { self.period } else { self.counter }).ok()?;
        Some(RawEntry {
            kind: self.kind(),
            algorithm: self.algorithm,
            digits: number(self.digits).ok()?,
            period: factor.filter(|_| is_totp),
            counter: factor.or(Some(0)),
            ..RawEntry::default()
        })
    }
}
