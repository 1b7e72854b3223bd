use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::ClientId;

/// What a token begins with, so that scanners find one that was published by mistake.
const PREFIX: &str = "mfa_";

/// The length of the secret part in bytes: as long as the digest that is kept of it.
const LENGTH: usize = 32;

/// The length of a token in bytes.
const TEXT: usize = PREFIX.len() + "01234567_".len() + (LENGTH * 8).div_ceil(6);

/// A secret by which a client proves who it is, wiped on drop: `mfa_<id>_<256 bits in base64url>`.
pub struct Token {
    id: ClientId,
    bytes: Zeroizing<[u8; LENGTH]>,
}

/// The error for a text that is no token; the text is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token, which is {PREFIX}, the id of a client, _ and 43 more characters")]
pub struct TokenError;

impl Token {
    /// Makes the token of a client from random bytes.
    #[must_use]
    pub fn new(id: ClientId, random: &[u8; LENGTH]) -> Self {
        Self { id, bytes: Zeroizing::new(*random) }
    }

    /// Returns the id of the client that it says it is of.
    #[must_use]
    pub fn id(&self) -> ClientId {
        self.id
    }

    /// Exposes the text.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(TEXT));
        text.extend([PREFIX, &self.id.to_string(), "_"]);
        URL_SAFE_NO_PAD.encode_string(*self.bytes, &mut text);
        text
    }

    /// Returns the digest of the text; of 256 random bits it needs neither a salt nor a slow hash.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.expose().as_bytes()).into()
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let rest = text.strip_prefix(PREFIX).ok_or(TokenError)?;
        let (id, secret) = rest.split_once('_').ok_or(TokenError)?;
        let id = id.parse().map_err(|_| TokenError)?;
        // One byte more, so that a longer secret is seen.
        let mut bytes = Zeroizing::new([0; LENGTH + 1]);
        match (URL_SAFE_NO_PAD.decode_slice(secret, &mut *bytes), bytes.first_chunk()) {
            (Ok(LENGTH), Some(bytes)) => Ok(Self::new(id, bytes)),
            _ => Err(TokenError),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_known_by_its_prefix_and_names_its_client() {
        let token = Token::new(ClientId(0xab), &[255; 32]);
        assert_eq!(*token.expose(), format!("mfa_000000ab_{}8", "_".repeat(42)));
        assert_eq!(token.expose().len(), TEXT);
        assert_eq!(token.id(), ClientId(0xab));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let a = "A".repeat(43);
        for text in [
            String::new(),
            format!("mfa_000000ab{a}"),
            format!("000000ab_{a}"),
            format!("MFA_000000ab_{a}"),
            format!("mfa_000000AB_{a}"),
            format!("mfa_ab_{a}"),
            format!("mfa_000000ab_{}", &a[1..]),
            format!("mfa_000000ab_{a}A"),
            format!("mfa_000000ab_{a}="),
            format!("mfa_000000ab_{a}\n"),
            format!("mfa_000000ab_+{}", &a[1..]),
            // Bits that no byte has.
            format!("mfa_000000ab_{}B", &a[1..]),
        ] {
            assert_eq!(text.parse::<Token>().err(), Some(TokenError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_exposed_reads_back(id: u32, bytes: [u8; 32]) {
            let token = Token::new(ClientId(id), &bytes);
            let read: Token = token.expose().parse().unwrap();
            prop_assert_eq!((read.id, *read.bytes), (token.id, bytes));
        }

        #[test]
        fn a_changed_character_is_refused_or_makes_another_token(
            bytes: [u8; 32], at in 0..TEXT, to in "[ -~]",
        ) {
            let token = Token::new(ClientId(0xab), &bytes);
            let mut changed = token.expose().to_string();
            changed.replace_range(at..=at, &to);
            prop_assume!(changed != *token.expose());
            if let Ok(other) = changed.parse::<Token>() {
                prop_assert_ne!(other.sha256(), token.sha256());
            }
        }
    }
}
