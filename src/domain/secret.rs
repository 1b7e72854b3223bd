use std::fmt;

use base32::Alphabet::Rfc4648;
use zeroize::Zeroizing;

/// The limit on the text of a secret, in bytes; no service writes one of nearly that size.
pub const MAX_SECRET_TEXT: usize = 64 * 1024;

/// The bits that a shared secret must have by RFC 4226 §4 (R6).
pub const RECOMMENDED_BITS: usize = 128;

/// The fewest bits that are accepted: what old services issued (16 base32 characters).
const MIN_BITS: usize = 80;

/// The length of a new secret in bytes: what RFC 4226 §4 (R6) recommends, HMAC-SHA-1 returns and
/// `pyotp` makes.
const NEW_BYTES: usize = 20;

/// A shared secret, wiped on drop; only the `expose` functions let it out.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

/// The reasons why a text is not a secret; the text is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Nothing but white space.
    #[error("the secret is empty")]
    Empty,
    /// A character or a length that base32 (RFC 4648 §6) does not have.
    #[error("the secret is not base32")]
    NotBase32,
    /// Fewer than 80 bits.
    #[error("the secret has {0} bits, fewer than 80")]
    TooShort(usize),
    /// More than [`MAX_SECRET_TEXT`] bytes.
    #[error("the secret is longer than 64 KiB")]
    TooLong,
}

impl Secret {
    /// Makes a secret of 160 bits; `fill` is the system's random generator.
    ///
    /// # Errors
    /// Whatever `fill` fails with.
    pub fn generate<E>(fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut bytes = Zeroizing::new(vec![0; NEW_BYTES]);
        fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads base32 as `mfa.py` did, in either case and with spaces, padding and one line end, and
    /// also with the hyphens that some services put between groups.
    ///
    /// # Errors
    /// [`SecretError`] for any other text, and for fewer than 80 bits.
    pub fn parse(text: &[u8]) -> Result<Self, SecretError> {
        if text.len() > MAX_SECRET_TEXT {
            return Err(SecretError::TooLong);
        }
        let line = text.strip_suffix(b"\n").unwrap_or(text);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut symbols = Zeroizing::new(String::with_capacity(line.len()));
        symbols.extend(
            line.iter()
                .filter(|b| !matches!(b, b' ' | b'-'))
                .map(|b| char::from(b.to_ascii_uppercase())),
        );
        let digits = symbols.trim_end_matches('=');
        if digits.is_empty() {
            return Err(SecretError::Empty);
        }
        // The crate takes lengths of 1, 3 and 6 modulo 8, which no whole bytes encode to, and '='
        // within its last six characters.
        if symbols.len() - digits.len() > 6
            || digits.contains('=')
            || matches!(digits.len() % 8, 1 | 3 | 6)
        {
            return Err(SecretError::NotBase32);
        }
        let bytes =
            base32::decode(Rfc4648 { padding: false }, digits).ok_or(SecretError::NotBase32)?;
        let secret = Self(Zeroizing::new(bytes));
        if secret.bits() < MIN_BITS {
            Err(SecretError::TooShort(secret.bits()))
        } else {
            Ok(secret)
        }
    }

    /// Makes a secret from a raw key, as exports without base32 contain it.
    ///
    /// # Errors
    /// [`SecretError`] for an empty key, for fewer than 80 bits, and for more than
    /// [`parse`](Self::parse) accepts.
    pub fn from_bytes(key: &[u8]) -> Result<Self, SecretError> {
        match key.len() {
            0 => Err(SecretError::Empty),
            length if length * 8 < MIN_BITS => Err(SecretError::TooShort(length * 8)),
            length if length > MAX_SECRET_TEXT / 8 * 5 => Err(SecretError::TooLong),
            _ => Ok(Self(Zeroizing::new(key.to_vec()))),
        }
    }

    /// Returns the number of bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.0.len() * 8
    }

    /// Exposes the raw key, for a message authentication code.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Exposes the key as a store and a provisioning URI write it: upper case, no padding.
    #[must_use]
    pub fn expose_base32(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.0.len().div_ceil(5) * 8));
        for chunk in self.0.chunks(5) {
            // Eight letters at a time: for more the crate makes its buffer too small, and what it
            // grows out of is never wiped.
            let mut five = Zeroizing::new([0; 5]);
            five.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            let letters = base32::encode(Rfc4648 { padding: false }, &*five);
            text.push_str(&Zeroizing::new(letters));
        }
        text.truncate(self.bits().div_ceil(5));
        text
    }

    /// Exposes the key in hexadecimal, as some tools that program tokens take it.
    #[must_use]
    pub fn expose_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(super::hex(&self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bits)", self.bits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    #[test]
    fn a_secret_is_read_as_mfa_py_read_it_and_with_hyphens() {
        for text in [
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "gezdgnbvgy3tqojqgezdgnbvgy3tqojq\n",
            "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ\r\n",
            "GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ",
        ] {
            assert_eq!(Secret::parse(text.as_bytes()).unwrap().expose_bytes(), RFC);
        }
        assert_eq!(
            Secret::parse(b"GEZDGNBVGY3TQOJQGE======").unwrap().expose_bytes(),
            b"12345678901"
        );
    }

    #[test]
    fn what_is_written_reads_back_for_every_length() {
        for length in 10..=64 {
            let secret = Secret(Zeroizing::new((0..length).collect()));
            let text = secret.expose_base32();
            assert_eq!(
                Secret::parse(text.as_bytes()).unwrap().expose_bytes(),
                secret.expose_bytes()
            );
        }
    }

    #[test]
    fn what_is_no_secret_is_refused_with_its_reason() {
        let sixteen = "GEZDGNBVGY3TQOJQ";
        for (text, error) in [
            (String::new(), SecretError::Empty),
            (" \n".into(), SecretError::Empty),
            ("====".into(), SecretError::Empty),
            ("GEZDGNBV\nGY3TQOJQ".into(), SecretError::NotBase32),
            ("GEZDGNBV\0GY3TQOJ".into(), SecretError::NotBase32),
            ("GEZD=GNBVGY3TQOJQ".into(), SecretError::NotBase32),
            ("0EZDGNBVGY3TQOJQ".into(), SecretError::NotBase32),
            ("éEZDGNBVGY3TQOJQ".into(), SecretError::NotBase32),
            (format!("{sixteen}A"), SecretError::NotBase32),
            (format!("{sixteen}AAA"), SecretError::NotBase32),
            (format!("{sixteen}AAAAAA"), SecretError::NotBase32),
            (format!("{sixteen}======="), SecretError::NotBase32),
            ("GEZDGNBVGY3TQOI".into(), SecretError::TooShort(72)),
            ("A".repeat(MAX_SECRET_TEXT + 1), SecretError::TooLong),
        ] {
            assert_eq!(Secret::parse(text.as_bytes()).unwrap_err(), error, "{text:.40}");
        }
    }

    #[test]
    fn a_raw_key_is_held_to_the_same_limits() {
        assert_eq!(Secret::from_bytes(RFC).unwrap().expose_bytes(), RFC);
        for (length, error) in [
            (0, SecretError::Empty),
            (9, SecretError::TooShort(72)),
            (MAX_SECRET_TEXT, SecretError::TooLong),
        ] {
            assert_eq!(Secret::from_bytes(&vec![0; length]).unwrap_err(), error);
        }
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let secret = Secret::parse(b"GEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(80 bits)");
    }
}
