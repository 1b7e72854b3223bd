use std::fmt;
use std::str::FromStr;

/// What the one who issues a recovery code has seen, as the log keeps it.
///
/// It has no room for the number of a document: that would be one place more for it to be stolen from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How it was verified who asks.
    pub verified_with: VerifiedWith,
    /// The ticket in which it is documented.
    pub reference: Option<Reference>,
}

/// How it was verified who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifiedWith {
    /// A passport.
    Passport,
    /// A national identity card.
    NationalId,
    /// A driving licence.
    DrivingLicence,
    /// A badge of the organisation.
    Badge,
    /// The person is known, and was there.
    KnownInPerson,
    /// A video call.
    Video,
}

impl VerifiedWith {
    /// All of them, in the order in which help lists them.
    pub const ALL: [Self; 6] = [
        Self::Passport,
        Self::NationalId,
        Self::DrivingLicence,
        Self::Badge,
        Self::KnownInPerson,
        Self::Video,
    ];

    /// Returns the name as the command line and the log write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::NationalId => "national-id",
            Self::DrivingLicence => "driving-licence",
            Self::Badge => "badge",
            Self::KnownInPerson => "known-in-person",
            Self::Video => "video",
        }
    }
}

/// The most characters of a reference: a line of the log stays short.
const LONGEST: usize = 64;

/// The most digits of a ticket's number: no document's number hides in it.
const DIGITS: usize = 12;

/// The ticket in which a recovery is documented: `TICKET-42`, `org/42`, `GH#42`, or an https URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(Box<str>);

/// A text that is no reference; it is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a reference is letters, one of -#/, and up to 12 digits, such as TICKET-42, or an https URL; 64 characters at most"
)]
pub struct ReferenceError;

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let is_one = text.len() <= LONGEST && (is_ticket(text) || is_url(text));
        if is_one { Ok(Self(text.into())) } else { Err(ReferenceError) }
    }
}

fn is_ticket(text: &str) -> bool {
    let Some((project, number)) = text.split_once(['-', '#', '/']) else { return false };
    let is_number = (1..=DIGITS).contains(&number.len());
    !project.is_empty()
        && project.bytes().all(|byte| byte.is_ascii_alphabetic())
        && is_number
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reports whether it is an address that needs no password, in characters that a URL is written with.
fn is_url(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    let is_plain =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\');
    host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && host.bytes().all(is_host)
        && rest.bytes().all(is_plain)
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_a_ticket_or_an_https_url_and_nothing_else() {
        let digits = format!("T-{}", "1".repeat(13));
        let long = format!("https://example.org/{}", "a".repeat(45));
        for text in
            ["TICKET-42", "GH#1", "org/123456789012", "https://tickets.example.org/T-42?x=1"]
        {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "42",
            "TICKET",
            "TICKET-",
            "-42",
            "TICKET-42a",
            "T1-42",
            "A-B-42",
            "T 42",
            "T--4",
            "Ä-42",
            "passport C01X00T47",
            &digits,
            "http://example.org/",
            "https://",
            "https:///x",
            "https://a:b@example.org/",
            "https://example.org/a b",
            "https://example.org/ä",
            "HTTPS://example.org/",
            &long,
            "https://example.org/\n",
            "T-42\n",
        ] {
            assert_eq!(text.parse::<Reference>(), Err(ReferenceError), "{text:?}");
        }
    }
}
