use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::Digits;

/// A code as it was typed, in canonical form: 6 to 8 ASCII digits, wiped on drop.
#[derive(Clone)]
pub struct Code(Zeroizing<String>);

/// The reasons why a text is not a code; the text is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// Something other than digits, spaces and hyphens, or too many or too few of them.
    #[error("a code is 6 to 8 digits, a backup code three groups of four")]
    Malformed,
    /// A number of digits other than that of the app's codes.
    #[error("the code has {found} digits, this app's have {expected}")]
    Length {
        /// The number of digits given.
        found: usize,
        /// The number of digits of the app's codes.
        expected: usize,
    },
}

impl Code {
    /// Checks the length against the app's.
    ///
    /// # Errors
    /// [`CodeError::Length`] if they differ.
    pub fn check_length(&self, digits: Digits) -> Result<(), CodeError> {
        let (found, expected) = (self.0.len(), usize::from(digits.get()));
        if found == expected { Ok(()) } else { Err(CodeError::Length { found, expected }) }
    }

    /// Exposes the digits, to be compared.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

/// Drops spaces and hyphens, since phones show `123 456`; takes ASCII digits alone.
impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let mut code = Zeroizing::new(String::with_capacity(text.len()));
        code.extend(text.chars().filter(|c| !matches!(c, ' ' | '-')));
        let well_formed = (6..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
        if well_formed { Ok(Self(code)) } else { Err(CodeError::Malformed) }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_hyphens_between_digits_are_dropped() {
        for text in ["123456", "123 456", "123-456", " 12 34 56 "] {
            assert_eq!(text.parse::<Code>().unwrap().expose(), "123456");
        }
    }

    #[test]
    fn anything_but_six_to_eight_ascii_digits_is_no_code() {
        for text in [
            "",
            "-",
            "12345",
            "123456789",
            "+123456",
            "12345a",
            "１２３４５６",
            "123456\n",
            "1 2 3 4 5",
        ] {
            assert_eq!(text.parse::<Code>().unwrap_err(), CodeError::Malformed, "{text:?}");
        }
    }

    #[test]
    fn a_code_must_have_as_many_digits_as_the_apps() {
        let code: Code = "1234567".parse().unwrap();
        assert_eq!(
            code.check_length(Digits::default()).unwrap_err().to_string(),
            "the code has 7 digits, this app's have 6"
        );
    }
}
