use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::domain::hmac_sha256;

/// What a line of a key file begins with: the kind, and the version of the form.
const PREFIX: &str = "mfa-key:1:";

/// The length of a key in bytes.
const LENGTH: usize = 32;

/// The limit on the length of a key's name in bytes.
const LONGEST_NAME: usize = 32;

/// The name of a key: 1 to 32 letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyId(String);

/// A key and its name, wiped on drop.
#[derive(Clone)]
pub struct Key {
    id: KeyId,
    bytes: Zeroizing<[u8; LENGTH]>,
}

/// The reasons why a line is no key; the line is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Something else than `mfa-key:1:<id>:<32 bytes in base64url>`.
    #[error("not a key, which begins with {PREFIX}")]
    Form,
    /// A name that cannot be one.
    #[error("the name of a key is 1 to {LONGEST_NAME} letters, digits, - and _")]
    Name,
    /// Two keys of one name, of which either could be meant.
    #[error("two keys have the same name")]
    Twice,
    /// Not 32 bytes in base64url.
    #[error("a key is {LENGTH} bytes in base64url, without padding")]
    Length,
}

/// The purposes of a key, each of which has a subkey of its own.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    /// Sealing secrets.
    Secrets,
    /// Authenticating what belongs to them.
    Records,
    /// Sealing the rows of a database.
    #[cfg(feature = "postgres")]
    Rows,
}

impl Key {
    /// Makes a key of this name; `fill` is the system's random generator.
    ///
    /// # Errors
    /// The error of `fill`.
    pub fn generate<E>(
        id: KeyId,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        fill(&mut *bytes)?;
        Ok(Self { id, bytes })
    }

    /// Returns a key with these bytes.
    pub(super) fn from_bytes(id: KeyId, bytes: &[u8]) -> Option<Self> {
        let bytes = <[u8; LENGTH]>::try_from(bytes).ok()?;
        Some(Self { id, bytes: Zeroizing::new(bytes) })
    }

    /// Returns the name.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// Exposes the line of a key file.
    #[must_use]
    pub fn expose_line(&self) -> Zeroizing<String> {
        let mut line = Zeroizing::new(String::with_capacity(PREFIX.len() + LONGEST_NAME + 48));
        line.extend([PREFIX, &self.id.0, ":"]);
        URL_SAFE_NO_PAD.encode_string(*self.bytes, &mut line);
        line.push('\n');
        line
    }

    /// Exposes the bytes, to be wrapped.
    pub(super) fn expose_bytes(&self) -> &[u8; LENGTH] {
        &self.bytes
    }

    /// Derives the subkey of a purpose.
    pub(super) fn subkey(&self, purpose: Purpose) -> Zeroizing<[u8; LENGTH]> {
        let label: &[u8] = match purpose {
            Purpose::Secrets => b"mfa secret v1",
            Purpose::Records => b"mfa record v1",
            #[cfg(feature = "postgres")]
            Purpose::Rows => b"mfa row v1",
        };
        hmac_sha256(&*self.bytes, &[label])
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(line: &str) -> Result<Self, KeyError> {
        let rest = line.strip_prefix(PREFIX).ok_or(KeyError::Form)?;
        let (id, text) = rest.split_once(':').ok_or(KeyError::Form)?;
        let mut bytes = Zeroizing::new([0; LENGTH + 1]);
        match URL_SAFE_NO_PAD.decode_slice(text, &mut *bytes) {
            Ok(LENGTH) => Self::from_bytes(id.parse()?, bytes.get(..LENGTH).unwrap_or_default()),
            _ => None,
        }
        .ok_or(KeyError::Length)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.id).finish()
    }
}

impl KeyId {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_one = (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(allowed);
        if is_one { Ok(Self(text.into())) } else { Err(KeyError::Name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        Key::from_bytes("2026-11".parse().unwrap(), &[byte; 32]).unwrap()
    }

    #[test]
    fn a_line_reads_back() {
        let line = key(255).expose_line();
        assert_eq!(*line, format!("mfa-key:1:2026-11:{}8\n", "_".repeat(42)));
        let read: Key = line.trim_end().parse().unwrap();
        assert_eq!((read.id(), read.expose_bytes()), (key(255).id(), &[255; 32]));
        assert_eq!(format!("{read:?}"), "Key(KeyId(\"2026-11\"))");
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_reason() {
        let a = "A".repeat(43);
        for (line, error) in [
            (String::new(), KeyError::Form),
            (format!("mfa-key:2:x:{a}"), KeyError::Form),
            (format!("mfa-key:1:{a}"), KeyError::Form),
            (format!("mfa-key:1::{a}"), KeyError::Name),
            (format!("mfa-key:1:a b:{a}"), KeyError::Name),
            (format!("mfa-key:1:{}:{a}", "x".repeat(33)), KeyError::Name),
            ("mfa-key:1:x:".into(), KeyError::Length),
            (format!("mfa-key:1:x:{}", &a[1..]), KeyError::Length),
            (format!("mfa-key:1:x:{a}A"), KeyError::Length),
            (format!("mfa-key:1:x:{a}="), KeyError::Length),
            (format!("mfa-key:1:x:+{}", &a[1..]), KeyError::Length),
            // Bits that no byte has.
            (format!("mfa-key:1:x:{}B", &a[1..]), KeyError::Length),
        ] {
            assert_eq!(line.parse::<Key>().unwrap_err(), error, "{line}");
        }
    }

    #[test]
    fn each_purpose_has_a_subkey_of_its_own() {
        assert_ne!(key(1).subkey(Purpose::Secrets), key(1).subkey(Purpose::Records));
        assert_ne!(key(1).subkey(Purpose::Secrets), key(2).subkey(Purpose::Secrets));
    }
}
