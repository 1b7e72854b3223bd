use std::fmt;
use std::str::FromStr;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::quote::{is_deceptive, quoted};

/// The longest name in bytes: of a file name's 255 (Linux `NAME_MAX`), the store's additions need some.
const MAX_APP_NAME: usize = 128;

/// The name of an app: a file name that cannot leave its folder or be taken for an option.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppName(Box<str>);

/// An issuer or an account as phones show them: not empty, without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label(String);

/// The reason why a text is not a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {reason}", quoted(.text))]
pub struct NameError {
    text: String,
    reason: &'static str,
}

impl AppName {
    /// Makes the name that comes nearest to any text.
    #[must_use]
    pub fn fitting(text: &str) -> Self {
        let plain: String = text
            .nfc()
            .filter(|c| !is_deceptive(*c))
            .map(|c| if c == '/' { '-' } else { c })
            .collect();
        let name = plain.trim_start_matches(|c: char| matches!(c, '.' | '-') || c.is_whitespace());
        let name = shortened(name, MAX_APP_NAME).trim_end();
        name.parse().unwrap_or_else(|_| Self("imported".into()))
    }

    /// Returns a name that differs by a number after it, cut where it would be too long.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = format!(" {number}");
        let stem = shortened(self.as_str(), MAX_APP_NAME - suffix.len());
        Self::fitting(&format!("{}{suffix}", stem.trim_end()))
    }

    /// Reports whether another name is one that [`numbered`](Self::numbered) makes from this one.
    #[must_use]
    pub fn numbers(&self, other: &Self) -> bool {
        let number = other.0.rsplit_once(' ').and_then(|(_, number)| number.parse().ok());
        number.is_some_and(|number| self.numbered(number) == *other)
    }

    /// Returns the beginning that this name shares with all that [`numbered`](Self::numbered) makes
    /// from it.
    #[must_use]
    pub fn shared_start(&self) -> Self {
        let longest = u32::MAX.to_string().len() + 1;
        Self::fitting(shortened(self.as_str(), MAX_APP_NAME - longest))
    }

    /// Returns the name as a file name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shortens a text to at most this many bytes, between characters.
fn shortened(mut text: &str, most: usize) -> &str {
    while text.len() > most {
        let mut chars = text.chars();
        chars.next_back();
        text = chars.as_str();
    }
    text
}

impl FromStr for AppName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let no = |reason| Err(NameError { text: text.into(), reason });
        match text {
            "" => no("is empty"),
            _ if text.len() > MAX_APP_NAME => no("is longer than 128 bytes"),
            _ if text.contains('/') => no("holds a '/'"),
            _ if text.contains(is_deceptive) => no("holds a control or direction character"),
            _ if text.starts_with(['.', '-']) => no("begins with '.' or '-'"),
            _ if text.trim() != text => no("begins or ends with a space"),
            // Two spellings of one name would be two apps that look the same.
            _ if !is_nfc(text) => no("is not in Unicode's composed form (NFC)"),
            _ => Ok(Self(text.into())),
        }
    }
}

impl fmt::Display for AppName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Label {
    /// Returns the label as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Label {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let no = |reason| Err(NameError { text: text.into(), reason });
        match text {
            "" => no("is empty"),
            _ if text.contains(char::is_control) => no("holds a control character"),
            _ => Ok(Self(text.into())),
        }
    }
}

/// Serves an app of which no more is known than its name.
impl From<&AppName> for Label {
    fn from(app: &AppName) -> Self {
        Self(app.0.clone().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_apps_spaces_inside_included() {
        for name in
            ["a", "Example Corp", "d3@keepforyourself.com", "a:b", "é", "例え", "a.b-c", "…"]
        {
            assert_eq!(name.parse::<AppName>().unwrap().as_str(), name);
        }
        assert!("x".repeat(128).parse::<AppName>().is_ok());
    }

    #[test]
    fn a_name_that_could_leave_the_folder_or_deceive_is_refused_with_its_reason() {
        for (name, message) in [
            ("", "'' is empty"),
            ("../x", "'../x' holds a '/'"),
            ("/etc/passwd", "'/etc/passwd' holds a '/'"),
            (".", "'.' begins with '.' or '-'"),
            ("..", "'..' begins with '.' or '-'"),
            ("-rf", "'-rf' begins with '.' or '-'"),
            ("a\nb", r"'a\nb' holds a control or direction character"),
            ("a\0", r"'a\u{0}' holds a control or direction character"),
            ("\x1b[2J", r"'\u{1b}[2J' holds a control or direction character"),
            ("a\u{202e}b", r"'a\u{202e}b' holds a control or direction character"),
            (" a", "' a' begins or ends with a space"),
            ("a\u{3000}", "'a\u{3000}' begins or ends with a space"),
            ("e\u{301}", "'e\u{301}' is not in Unicode's composed form (NFC)"),
        ] {
            assert_eq!(name.parse::<AppName>().unwrap_err().to_string(), message);
        }
        assert!("x".repeat(129).parse::<AppName>().is_err());
        assert!("é".repeat(65).parse::<AppName>().is_err(), "the limit counts bytes");
    }

    #[test]
    fn any_text_can_be_made_a_name() {
        for (text, name) in [
            ("Example Corp", "Example Corp"),
            ("../a/b", "a-b"),
            (" -rf\x1b[2J ", "rf[2J"),
            ("e\u{301}", "é"),
            ("", "imported"),
            ("...", "imported"),
        ] {
            assert_eq!(AppName::fitting(text).as_str(), name);
        }
        assert_eq!(AppName::fitting(&"é".repeat(70)).as_str(), "é".repeat(64));
    }

    #[test]
    fn a_number_fits_after_a_name_of_any_length() {
        let long: AppName = "é".repeat(64).parse().unwrap();
        assert_eq!(long.numbered(12).as_str(), format!("{} 12", "é".repeat(62)));
        assert_eq!("A".parse::<AppName>().unwrap().numbered(2).as_str(), "A 2");
        for number in [2, 12, 123, u32::MAX] {
            let other = long.numbered(number);
            assert!(
                long.numbers(&other) && other.as_str().starts_with(long.shared_start().as_str())
            );
        }
    }

    #[test]
    fn another_name_is_this_one_numbered_only_where_the_number_is_all_that_differs() {
        let name = |text: &str| text.parse::<AppName>().unwrap();
        for (other, expected) in
            [("A 2", true), ("A 40", true), ("A", false), ("A 02", false), ("A B 2", false)]
        {
            assert_eq!(name("A").numbers(&name(other)), expected, "{other}");
        }
    }

    #[test]
    fn a_label_holds_anything_but_control_characters() {
        assert!("Ünï & Co. 100% +/ https://a:b".parse::<Label>().is_ok());
        for label in ["", "a\tb", "a\u{85}b"] {
            assert!(label.parse::<Label>().is_err(), "{label:?}");
        }
    }
}
