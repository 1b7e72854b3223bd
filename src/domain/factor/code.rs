use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::{Otp, sms};

/// A code as it was typed, in canonical form: 6 to 8 ASCII digits, wiped on drop.
#[derive(Clone)]
pub struct Code {
    digits: Zeroizing<String>,
    /// Whether a token's identifier preceded the digits.
    is_identified: bool,
}

/// The length of the identifier that a YubiKey may type before the digits.
const IDENTIFIER: usize = 12;

/// The characters that keyboards of every language have in the same place, in which a YubiKey
/// types its identifier, or the beginning of it before digits.
const MODHEX: &str = "cbdefghijklnrtuv";

/// The reasons why a text is not a code; the text is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// Something other than digits, spaces and hyphens, or too many or too few of them.
    #[error("a code is 6 to 8 digits, a backup code three groups of four")]
    Malformed,
    /// Something other than 16 symbols, spaces and hyphens, in place of a recovery code.
    #[error("a recovery code is four groups of four")]
    NoRecoveryCode,
    /// A number of digits other than that of the app's codes.
    #[error("the code has {found} digits, this app's have {expected}")]
    Length {
        /// The number of digits given.
        found: usize,
        /// The number of digits of the app's codes.
        expected: usize,
    },
    /// A code for an app whose codes are shown alone.
    #[error("codes of Steam Guard are shown, and verified by Steam alone")]
    Steam,
}

impl Code {
    /// Checks the length, and whether an identifier may precede the digits, against the app's
    /// codes.
    ///
    /// # Errors
    /// [`CodeError`] if it cannot be one of them.
    pub fn check(&self, otp: &Otp) -> Result<(), CodeError> {
        let types_identifier = matches!(otp, Otp::Hotp(hotp) if hotp.types_identifier);
        if self.is_identified && !types_identifier {
            return Err(CodeError::Malformed);
        }
        let (found, expected) = (self.digits.len(), usize::from(otp.digits()));
        if found == expected { Ok(()) } else { Err(CodeError::Length { found, expected }) }
    }

    /// Checks that it can have been sent by SMS.
    ///
    /// # Errors
    /// [`CodeError`] if it cannot.
    pub(crate) fn check_sms(&self) -> Result<(), CodeError> {
        match (self.is_identified, self.digits.len()) {
            (true, _) => Err(CodeError::Malformed),
            (false, sms::DIGITS) => Ok(()),
            (false, found) => Err(CodeError::Length { found, expected: sms::DIGITS }),
        }
    }

    /// Exposes the digits, to be compared.
    pub(crate) fn expose(&self) -> &str {
        &self.digits
    }
}

/// Drops spaces and hyphens, since phones show `123 456`; takes ASCII digits alone.
impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let mut code = Zeroizing::new(String::with_capacity(text.len()));
        code.extend(text.chars().filter(|c| !matches!(c, ' ' | '-')));
        let is_identified = match code.split_at_checked(IDENTIFIER) {
            Some((identifier, _)) if is_identifier(identifier) => {
                code.drain(..IDENTIFIER);
                true
            }
            _ => false,
        };
        let well_formed = (6..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
        if well_formed {
            Ok(Self { digits: code, is_identified })
        } else {
            Err(CodeError::Malformed)
        }
    }
}

/// Reports whether these are characters that a token types before a code, which are never digits
/// alone.
fn is_identifier(text: &str) -> bool {
    let digits = text.trim_start_matches(|c| MODHEX.contains(c));
    digits.len() < text.len() && digits.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Hotp, Totp};

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
            code.check(&Totp::default().into()).unwrap_err().to_string(),
            "the code has 7 digits, this app's have 6"
        );
    }

    #[test]
    fn an_identifier_of_twelve_modhex_characters_may_precede_the_digits_where_the_token_types_one()
    {
        let of_digits: Code = "ubhe12345678123456".parse().unwrap();
        assert_eq!(of_digits.expose(), "123456");
        let code: Code = "cccjgjgkhcbb 123 456".parse().unwrap();
        assert_eq!(code.expose(), "123456");
        let yubikey = Hotp { types_identifier: true, ..Hotp::default() };
        assert_eq!(code.check(&yubikey.into()), Ok(()));
        assert_eq!("123456".parse::<Code>().unwrap().check(&yubikey.into()), Ok(()));
        for other in [Hotp::default().into(), Totp::default().into()] {
            assert_eq!(code.check(&other), Err(CodeError::Malformed));
        }
        for text in [
            "123456781234123456",
            "ub1234567he8123456",
            "cccjgjgkhcb123456",
            "cccjgjgkhcbbb123456",
            "aaaaaaaaaaaa123456",
            "cccjgjgkhcbb",
        ] {
            assert_eq!(text.parse::<Code>().unwrap_err(), CodeError::Malformed, "{text}");
        }
    }
}
