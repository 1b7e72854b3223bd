use std::str::FromStr;

/// Whom a push service writes to if something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact(String);

/// The reason why a text is no contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a contact is mailto:NAME@HOST or https://HOST, without spaces")]
pub struct ContactError;

impl Contact {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Contact {
    type Err = ContactError;

    /// Reads what RFC 8292 §2.1 names; Apple's push service takes no token without it.
    fn from_str(text: &str) -> Result<Self, ContactError> {
        let is_address = |rest: &str| {
            rest.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        };
        let is_right = text.strip_prefix("mailto:").is_some_and(is_address)
            || text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty());
        if is_right && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(text.into()));
        }
        Err(ContactError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_an_address_or_a_page() {
        for right in ["mailto:a@b", "https://example.org/contact"] {
            assert_eq!(right.parse(), Ok(Contact(right.into())));
        }
        for wrong in [
            "",
            "a@b",
            "mailto:a",
            "mailto:@b",
            "mailto:a@",
            "https://",
            "http://a",
            "mailto:a@b c",
            "mailto:é@b",
        ] {
            assert_eq!(wrong.parse::<Contact>(), Err(ContactError), "{wrong}");
        }
    }
}
