use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The digits that are shown of a number, enough for its owner to tell it from another.
const SHOWN: usize = 2;

/// The fewest and the most digits after the `+`: ITU-T E.164 §6.1 allows fifteen and names no least
/// number; no country has subscribers with fewer than seven, their country code included.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// A phone number of the international plan (ITU-T E.164): `+`, country code, subscriber.
///
/// Whoever knows it knows whom to call, so that it is shown [masked](Self::masked); only
/// [`expose`](Self::expose) lets it out whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(Box<str>);

/// The reasons why a text is not a phone number; the text is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhoneError {
    /// No `+`, so that the country is not known.
    #[error("a phone number begins with '+' and the country code")]
    NoCountry,
    /// Something other than digits and what is written between them.
    #[error("a phone number has digits alone after its '+'")]
    Character,
    /// A `(0)`, which is dialled at home alone, or a country code that begins with 0.
    #[error("a phone number with a country code has no '(0)', nor a 0 after its '+'")]
    Zero,
    /// Fewer than 7 or more than 15 digits.
    #[error("a phone number has 7 to 15 digits, not {0}")]
    Length(usize),
}

impl PhoneNumber {
    /// Exposes the number, for what sends to it and what keeps it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the number with all but its last two digits hidden: `+*********67`.
    #[must_use]
    pub fn masked(&self) -> String {
        let hidden = self.0.len().saturating_sub(1 + SHOWN);
        let shown: String = self.0.chars().skip(1 + hidden).collect();
        format!("+{}{shown}", "*".repeat(hidden))
    }
}

/// Reads a number as people write it: `+1 (555) 010-0199`, `+49.30.901820`.
///
/// The `(0)` of `+44 (0)20 …` is refused: dropping the parentheses alone would make it another
/// number.
impl FromStr for PhoneNumber {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        let written = text.trim().strip_prefix('+').ok_or(PhoneError::NoCountry)?;
        let digits: String = written.chars().filter(|c| !" -().".contains(*c)).collect();
        match digits.len() {
            _ if !digits.bytes().all(|b| b.is_ascii_digit()) => Err(PhoneError::Character),
            _ if digits.starts_with('0') || written.contains("(0)") => Err(PhoneError::Zero),
            length if !DIGITS.contains(&length) => Err(PhoneError::Length(length)),
            _ => Ok(Self(format!("+{digits}").into())),
        }
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, PhoneError> {
        text.parse()
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0.into()
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PhoneNumber").field(&self.masked()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for text in ["+15550100199", "+1 (555) 010-0199", " +1.555.010.0199 ", "+1-555-010-01 99"] {
            assert_eq!(text.parse::<PhoneNumber>().unwrap().expose(), "+15550100199");
        }
        for text in ["+1234567", "+123456789012345"] {
            assert_eq!(text.parse::<PhoneNumber>().unwrap().expose(), text);
        }
    }

    #[test]
    fn anything_else_is_refused_and_not_repeated() {
        for (text, error) in [
            ("", PhoneError::NoCountry),
            ("015550100199", PhoneError::NoCountry),
            ("0015550100199", PhoneError::NoCountry),
            ("+", PhoneError::Length(0)),
            ("+123456", PhoneError::Length(6)),
            ("+1234567890123456", PhoneError::Length(16)),
            ("+0123456789", PhoneError::Zero),
            ("+44 (0)20 7946 0000", PhoneError::Zero),
            ("+1555010019a", PhoneError::Character),
            ("++15550100199", PhoneError::Character),
            ("+15550100199\n+1", PhoneError::Character),
            ("+１５５５０１００１９９", PhoneError::Character),
        ] {
            assert_eq!(text.parse::<PhoneNumber>(), Err(error), "{text:?}");
        }
        assert_eq!(
            [PhoneError::NoCountry, PhoneError::Character, PhoneError::Zero, PhoneError::Length(6)]
                .map(|error| error.to_string()),
            [
                "a phone number begins with '+' and the country code",
                "a phone number has digits alone after its '+'",
                "a phone number with a country code has no '(0)', nor a 0 after its '+'",
                "a phone number has 7 to 15 digits, not 6",
            ]
        );
    }

    #[test]
    fn all_but_the_last_two_digits_are_hidden_from_debug_output_too() {
        let number: PhoneNumber = "+491234567".parse().unwrap();
        assert_eq!(number.masked(), "+*******67");
        assert_eq!(format!("{number:?}"), "PhoneNumber(\"+*******67\")");
    }
}
