use std::fmt;
use std::str::FromStr;

/// The name of a client in its token: 32 random bits, written as eight hexadecimal digits.
///
/// It is not secret, and only tells tokens apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u32);

/// The error for a text that is no id of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a client is eight digits from 0 to 9 and a to f")]
pub struct ClientIdError;

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl FromStr for ClientId {
    type Err = ClientIdError;

    fn from_str(text: &str) -> Result<Self, ClientIdError> {
        let id = u32::from_str_radix(text, 16).map(Self).map_err(|_| ClientIdError)?;
        // One id has one form: neither a sign, nor upper case, nor fewer or more digits.
        if id.to_string() == text { Ok(id) } else { Err(ClientIdError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_form() {
        for (id, text) in [(0, "00000000"), (0xab, "000000ab"), (u32::MAX, "ffffffff")] {
            assert_eq!((ClientId(id).to_string(), text.parse()), (text.into(), Ok(ClientId(id))));
        }
        for text in
            ["", "ab", "000000AB", "+00000ab", "0000000ab", "0000000g", " 00000ab", "1ffffffff"]
        {
            assert_eq!(text.parse::<ClientId>(), Err(ClientIdError), "{text}");
        }
    }
}
