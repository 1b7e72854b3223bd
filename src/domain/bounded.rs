use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::quote::is_deceptive;

/// A text that a record has room for: at most `MOST` bytes as JSON writes it, and no characters that
/// control a terminal or change the reading direction.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bounded<const MOST: usize>(Box<str>);

/// The reasons why there is no room for a text; it is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BoundedError {
    /// Nothing at all.
    #[error("it is empty")]
    Empty,
    /// More bytes than there is room for.
    #[error("it is longer than {0} bytes")]
    TooLong(usize),
    /// A control character, which JSON writes with six.
    #[error("it holds a control character")]
    Control,
}

impl<const MOST: usize> Bounded<MOST> {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MOST: usize> FromStr for Bounded<MOST> {
    type Err = BoundedError;

    fn from_str(text: &str) -> Result<Self, BoundedError> {
        let escaped = text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        match text {
            "" => Err(BoundedError::Empty),
            _ if text.contains(is_deceptive) => Err(BoundedError::Control),
            _ if text.len() + escaped > MOST => Err(BoundedError::TooLong(MOST)),
            _ => Ok(Self(text.into())),
        }
    }
}

impl<const MOST: usize> TryFrom<String> for Bounded<MOST> {
    type Error = BoundedError;

    fn try_from(text: String) -> Result<Self, BoundedError> {
        text.parse()
    }
}

impl<const MOST: usize> From<Bounded<MOST>> for String {
    fn from(text: Bounded<MOST>) -> Self {
        text.0.into()
    }
}

/// Shows how long it is: some of these texts are for one reader alone.
impl<const MOST: usize> fmt::Debug for Bounded<MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bounded({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_as_many_bytes_as_json_needs_to_write_it_and_no_control_characters() {
        for text in ["1234", "éé", "\"\\", "a b"] {
            assert_eq!(text.parse::<Bounded<4>>().unwrap().as_str(), text);
            assert!(serde_json::to_string(text).unwrap().len() <= 2 + 4);
        }
        for (text, error) in [
            ("", "it is empty"),
            ("12345", "it is longer than 4 bytes"),
            ("ééa", "it is longer than 4 bytes"),
            ("\"\"a", "it is longer than 4 bytes"),
            ("\\\\a", "it is longer than 4 bytes"),
            ("a\n", "it holds a control character"),
            ("\u{202e}", "it holds a control character"),
        ] {
            assert_eq!(text.parse::<Bounded<4>>().unwrap_err().to_string(), error, "{text:?}");
        }
    }

    #[test]
    fn debug_output_shows_its_length_alone() {
        assert_eq!(format!("{:?}", "abc".parse::<Bounded<4>>().unwrap()), "Bounded(3 bytes)");
    }
}
