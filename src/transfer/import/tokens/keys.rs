use zeroize::Zeroizing;

use crate::transfer::import::FormatError;

/// The length of the shortest key that mfa takes, 80 bits in base32: what is shorter does not tell
/// such a file from prose.
const SHORTEST: usize = 16;

/// How all the keys of a file are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Hex,
    Base32,
}

/// What the keys of a file that were seen can only be.
#[derive(Default)]
pub(super) struct Keys {
    has_hex: bool,
    has_base32: bool,
}

impl Keys {
    /// Takes a key into account; one that is too short is refused anyway, and decides nothing.
    pub(super) fn take(&mut self, key: &str) {
        if is_long(key) {
            self.has_hex |= is_hex(key) && !is_base32(key);
            self.has_base32 |= is_base32(key) && !is_hex(key);
        }
    }

    /// Decides by the keys that can be but one of the two: a hexadecimal key may look like base32.
    pub(super) fn encoding(&self) -> Result<Encoding, FormatError> {
        match (self.has_hex, self.has_base32) {
            (true, true) => {
                Err(FormatError::damaged("some of its keys are hexadecimal and some are base32"))
            }
            (false, true) => Ok(Encoding::Base32),
            (_, false) => Ok(Encoding::Hex),
        }
    }
}

/// Joins a key that is written in groups of one length, which those of prose do not have.
pub(super) fn joined(key: &str) -> Zeroizing<String> {
    let mut groups = key.split_whitespace();
    let length = groups.next().unwrap_or_default().len();
    let last = groups.next_back().unwrap_or_default().len();
    let is_grouped = last <= length && groups.all(|group| group.len() == length);
    let mut joined = Zeroizing::new(String::with_capacity(key.len()));
    joined.extend(key.chars().filter(|c| !(is_grouped && c.is_whitespace())));
    joined
}

/// Reports whether a text is written like a key, however short.
pub(super) fn is_key(text: &str) -> bool {
    is_hex(text) || is_base32(text)
}

/// Reports whether a key is so long that it is taken, and no word.
pub(super) fn is_long(key: &str) -> bool {
    key.len() >= SHORTEST
}

/// Reports whether what is written like a key may be a word: in the column names `name,user,totp`,
/// the `user` may be base32.
pub(super) fn is_word(key: &str) -> bool {
    let is_word = key.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_word && (!is_long(key) || key.bytes().any(|byte| byte.is_ascii_lowercase()))
}

fn is_hex(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_base32(key: &str) -> bool {
    let key = key.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphabetic() || (b'2'..=b'7').contains(&byte);
    !key.is_empty() && key.bytes().all(is_digit)
}
