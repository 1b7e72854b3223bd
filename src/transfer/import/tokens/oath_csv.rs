use super::{Place, Token, name};
use crate::transfer::import::raw_entry::{Key, RawEntry, unsupported};
use crate::transfer::import::{Ask, Contents, FormatError, Found, Source, encoding};

/// The kinds of tokens that such files name, in lower case.
const KINDS: [&str; 3] = ["hotp", "totp", "ocra"];

/// The length of the shortest key that mfa takes, 80 bits in base32: what is shorter does not tell
/// such a file from prose.
const SHORTEST: usize = 16;

/// How all the keys of a file are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Hex,
    Base32,
}

/// Reads tokens without column names, as privacyIDEA and `LinOTP` take them:
/// `serial,key[,hotp|totp[,digits[,counter|period[,algorithm]]]]`.
pub(in crate::transfer::import) fn read(
    source: &Source<'_>,
    _: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    let lines = || source.text.lines().enumerate().filter(|(_, line)| is_record(line));
    let begins = lines().next().is_some_and(|(_, line)| has_key(line) && !is_header(line));
    if !begins || source.text.contains("://") || !lines().any(|(_, line)| is_token(line)) {
        return Ok(None);
    }
    let encoding = Encoding::of(lines().map(|(_, line)| key(line)))?;
    let mut contents = Contents::default();
    for (index, line) in lines() {
        contents.found.push(token(&cells(line), encoding, Place::Line(index + 1)));
        contents.check_size()?;
    }
    Ok(Some(contents))
}

fn is_record(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// Splits a line, and leaves the cells empty that it does not have.
fn cells(line: &str) -> [&str; 6] {
    let mut cells = line.split(',').map(str::trim);
    [(); 6].map(|()| cells.next().unwrap_or_default())
}

fn key(line: &str) -> &str {
    let [_, key, ..] = cells(line);
    key
}

fn has_key(line: &str) -> bool {
    let [serial, key, ..] = cells(line);
    !serial.is_empty() && (is_hex(key) || is_base32(key))
}

/// Reports whether a line may name columns: in `name,user,totp`, the `user` may be base32.
fn is_header(line: &str) -> bool {
    let key = key(line).as_bytes();
    let is_word = key.iter().all(u8::is_ascii_alphabetic);
    is_word && (key.len() < SHORTEST || key.iter().any(u8::is_ascii_lowercase))
}

/// Reports whether a line is nothing but a token.
fn is_token(line: &str) -> bool {
    let [_, key, kind, ..] = cells(line);
    let is_kind = KINDS.contains(&kind.to_ascii_lowercase().as_str());
    has_key(line) && (is_kind || kind.is_empty() && key.len() >= SHORTEST)
}

fn is_hex(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_base32(key: &str) -> bool {
    let key = key.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphabetic() || (b'2'..=b'7').contains(&byte);
    !key.is_empty() && key.bytes().all(is_digit)
}

impl Encoding {
    /// Decides by the keys that can be but one of the two: a hexadecimal key may look like base32.
    /// Those that are too short are refused anyway, and decide nothing.
    fn of<'a>(keys: impl Iterator<Item = &'a str>) -> Result<Self, FormatError> {
        let (mut hex, mut base32) = (false, false);
        for key in keys.filter(|key| key.len() >= SHORTEST) {
            hex |= is_hex(key) && !is_base32(key);
            base32 |= is_base32(key) && !is_hex(key);
        }
        match (hex, base32) {
            (true, true) => {
                Err(FormatError::damaged("some of its keys are hexadecimal and some are base32"))
            }
            (false, true) => Ok(Self::Base32),
            (_, false) => Ok(Self::Hex),
        }
    }
}

fn token(cells: &[&str; 6], encoding: Encoding, place: Place) -> Found {
    let [serial, key, kind, ..] = *cells;
    let what = name(serial, "", place);
    let refused = |why: &str| Found::Refused { what: what.clone(), why: why.into() };
    let hex = encoding::hex(key);
    let secret = match (encoding, &hex) {
        (Encoding::Base32, _) => Key::Base32(key),
        (Encoding::Hex, Some(key)) => Key::Bytes(key),
        (Encoding::Hex, None) => return refused("the secret is not hexadecimal"),
    };
    let kind = if kind.is_empty() { "hotp" } else { kind };
    if kind.eq_ignore_ascii_case("ocra") {
        return Found::Skipped { what, why: unsupported(kind) };
    }
    match entry(kind, cells) {
        Some(entry) => {
            let entry = RawEntry { secret, ..entry };
            Token { serial, entry, ..Token::default() }.found(place)
        }
        None => refused("its digits, counter or period are not a number"),
    }
}

/// Reads what follows the kind.
fn entry<'a>(kind: &'a str, cells: &[&'a str; 6]) -> Option<RawEntry<'a>> {
    let [.., digits, factor, algorithm] = *cells;
    let number = |cell: &str| (!cell.is_empty()).then(|| cell.parse()).transpose();
    let (digits, factor) = (number(digits).ok()?, number(factor).ok()?);
    Some(RawEntry {
        kind,
        algorithm,
        digits,
        period: factor.filter(|_| kind.eq_ignore_ascii_case("totp")),
        counter: factor.or(Some(0)),
        ..RawEntry::default()
    })
}
