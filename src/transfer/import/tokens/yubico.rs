use super::{Place, Token, name};
use crate::transfer::import::raw_entry::{Key, RawEntry, shortened, unsupported};
use crate::transfer::import::{Ask, Contents, FormatError, Found, Source, encoding};

/// The event of codes by counter.
const HOTP: &str = "OATH-HOTP";

/// The beginnings of other events, of configurations that make codes of other kinds.
const OTHERS: [&str; 3] = ["Yubico OTP", "Static Password", "Challenge-Response"];

/// The beginnings of lines that bring no configuration.
const EMPTY: [&str; 2] = ["LOGGING START", "Configuration "];

/// The length of a key of codes by counter in hexadecimal digits.
const KEY: usize = 40;

/// The length of the identifier that a `YubiKey` may type.
const IDENTIFIER: usize = 12;

/// The most cells of a line: the longest format has 18.
const MOST_CELLS: usize = 32;

/// The characters of an identifier: modhex and digits.
const IDENTIFYING: &str = "cbdefghijklnrtuv0123456789";

/// The configuration that a line describes.
struct Line<'a> {
    serial: &'a str,
    identifier: &'a str,
    key: &'a str,
    digits: &'a str,
    counter: &'a str,
}

/// Reads the log of Yubico's personalisation tool, in the three formats of its `yubikeylogger.cpp`:
/// traditional, Yubico and flexible.
pub(in crate::transfer::import) fn read(
    source: &Source<'_>,
    _: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    if source.text.contains("://") || !source.text.lines().any(|line| is_sign(&cells(line))) {
        return Ok(None);
    }
    let (mut contents, mut assumed) = (Contents::default(), false);
    for (index, line) in source.text.lines().enumerate() {
        if line.trim().is_empty() || EMPTY.iter().any(|start| line.starts_with(start)) {
            continue;
        }
        let place = Place::Line(index + 1);
        let found = match Line::of(&cells(line)) {
            Some(line) => {
                assumed |= line.digits.is_empty();
                contents.notes.extend(line.note());
                line.found(place)
            }
            None => other(&cells(line), place),
        };
        contents.found.push(found);
        contents.check_size()?;
    }
    if assumed {
        contents.notes.push("where the log names no digits, the codes are taken to have 6".into());
    }
    Ok(Some(contents))
}

fn cells(line: &str) -> Vec<&str> {
    line.split([',', ';', '\t']).map(str::trim).take(MOST_CELLS).collect()
}

fn is_sign(cells: &[&str]) -> bool {
    let first = cells.first().copied().unwrap_or_default();
    let is_event = cells.len() > 1 && (first == EMPTY[0] || starts_like(&OTHERS, first));
    is_event || cells.len() > 2 && cells.contains(&HOTP) || is_numbered(cells)
}

fn starts_like(starts: &[&str], text: &str) -> bool {
    starts.iter().any(|start| text.starts_with(start))
}

/// Reports whether it is a line of the Yubico format: `serial,identifier,counter,key,code,time,`.
fn is_numbered(cells: &[&str]) -> bool {
    let [serial, _, _, key, _, time, ..] = cells else { return false };
    let is_time = time.get(10..11) == Some("T") && time.get(4..5) == Some("-");
    is_number(serial) && is_hex(key) && is_time
}

fn is_number(cell: &str) -> bool {
    !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_hex(cell: &str) -> bool {
    !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_key(cell: &str) -> bool {
    cell.len() == KEY && is_hex(cell)
}

/// Names a configuration of another kind.
fn other(cells: &[&str], place: Place) -> Found {
    let what = place.to_string();
    match cells {
        [event, ..] if starts_like(&OTHERS, event) => {
            Found::Skipped { what, why: unsupported(shortened(event)) }
        }
        [serial, _, counter, ..] if is_numbered(cells) => {
            let kind = if counter.is_empty() { "Static Password" } else { "Yubico OTP" };
            Found::Skipped { what: name(serial, "", place), why: unsupported(kind) }
        }
        _ => Found::Refused { what, why: "it is no line of such a log".into() },
    }
}

impl<'a> Line<'a> {
    /// Reads a line of codes by counter.
    fn of(cells: &[&'a str]) -> Option<Self> {
        match *cells {
            [HOTP, _, _, identifier, _, key, ref rest @ ..] if !is_key(identifier) => {
                let cell = |at: usize| rest.get(at).copied().unwrap_or_default();
                let (digits, counter) = (cell(5), cell(6));
                Some(Self { serial: identifier, identifier, key, digits, counter })
            }
            [serial, identifier, counter, key, ..]
                if is_numbered(cells) && is_key(key) && is_number(counter) =>
            {
                Some(Self { serial, identifier, key, digits: "", counter })
            }
            _ if cells.contains(&HOTP) => Some(Self::flexible(cells)),
            _ => None,
        }
    }

    /// Reads a line whose cells stand in an order of the user's own: the key and the identifier are
    /// known by their shape.
    fn flexible(cells: &[&'a str]) -> Self {
        let is_identifier =
            |cell: &str| cell.len() == IDENTIFIER && cell.chars().all(|c| IDENTIFYING.contains(c));
        let identifier = only(cells, is_identifier);
        Self { serial: identifier, identifier, key: only(cells, is_key), digits: "", counter: "" }
    }

    /// Remarks that a line of the Yubico format looks the same for another kind of configuration.
    fn note(&self) -> Option<String> {
        let is_alike = self.digits.is_empty() && self.identifier.is_empty() && self.counter == "0";
        is_alike.then(|| {
            let serial = shortened(self.serial);
            format!("{serial} may be set up for challenge-response: the log does not tell it apart")
        })
    }

    fn found(&self, place: Place) -> Found {
        let what = name(self.serial, "", place);
        let Some(key) = encoding::hex(self.key) else {
            return Found::Refused { what, why: "the secret is not hexadecimal".into() };
        };
        let entry = RawEntry {
            kind: "hotp",
            secret: Key::Bytes(&key),
            digits: self.digits.parse().ok(),
            counter: if self.counter.is_empty() { Some(0) } else { self.counter.parse().ok() },
            ..RawEntry::default()
        };
        let types_identifier = !self.identifier.is_empty();
        let (serial, issuer) = (self.serial, "Yubico");
        Token { serial, issuer, types_identifier, entry, ..Token::default() }.found(place)
    }
}

/// Returns the only cell of a kind, or an empty one where there are none or several.
fn only<'a>(cells: &[&'a str], is: impl Fn(&str) -> bool) -> &'a str {
    let mut found = cells.iter().copied().filter(|cell| is(cell));
    match (found.next(), found.next()) {
        (Some(cell), None) => cell,
        _ => "",
    }
}
