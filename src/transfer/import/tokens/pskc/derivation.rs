use zeroize::Zeroizing;

use super::value::base64;
use super::{algorithm, local};
use crate::domain::quoted;
use crate::transfer::crypto::kdf::{self, Hash};
use crate::transfer::import::FormatError;
use crate::transfer::import::raw_entry::shortened;
use crate::transfer::import::xml::Element;

/// How a key is derived from a password: PBKDF2 with the parameters of RFC 8018, appendix A.2.
#[derive(Default)]
pub(super) struct Derivation {
    /// Whether a key is derived at all.
    pub is_stated: bool,
    method: String,
    salt: Option<Zeroizing<Vec<u8>>>,
    iterations: String,
    /// The length of the key in bytes, which may be left out.
    length: String,
    /// The name of the pseudorandom function; empty means HMAC-SHA-1.
    function: String,
}

impl Derivation {
    pub(super) fn take(&mut self, element: &Element<'_>) {
        let text = || element.text.trim().to_owned();
        match element.path {
            [_, "EncryptionKey", "DerivedKey"] => self.is_stated = true,
            [.., "KeyDerivationMethod"] => self.method = algorithm(element),
            ["PBKDF2-params", "Salt", "Specified"] => self.salt = base64(element.text),
            [_, "PBKDF2-params", "IterationCount"] => self.iterations = text(),
            [_, "PBKDF2-params", "KeyLength"] => self.length = text(),
            // python-pskc writes the name as text.
            [_, "PBKDF2-params", "PRF"] => {
                self.function = [algorithm(element), local(element.text.trim())].concat();
            }
            _ => {}
        }
    }

    /// Derives a key of the length that is stated, or else of this one.
    pub(super) fn key(
        &self,
        password: &str,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, FormatError> {
        if self.method != "pbkdf2" {
            return Err(unsupported("key derivation", &self.method));
        }
        let damaged = |what: &str| FormatError::Damaged(format!("{what} is missing or wrong"));
        let salt = self.salt.as_deref().ok_or_else(|| damaged("its salt"))?;
        let iterations = self.iterations.parse();
        let iterations = iterations.map_err(|_| damaged("its number of iterations"))?;
        let length = if self.length.is_empty() { Ok(length) } else { self.length.parse() };
        let length = length.map_err(|_| damaged("the length of its key"))?;
        let function = if self.function.is_empty() { "hmac-sha1" } else { &self.function };
        let key = kdf::pbkdf2(hash(function)?, password, salt, iterations)?;
        let key = key
            .get(..length)
            .ok_or_else(|| FormatError::unsupported("its key is longer than 32 bytes"))?;
        Ok(Zeroizing::new(key.to_vec()))
    }
}

/// Returns the hash inside an HMAC.
pub(super) fn hash(hmac: &str) -> Result<Hash, FormatError> {
    match hmac {
        "hmac-sha1" => Ok(Hash::Sha1),
        "hmac-sha256" => Ok(Hash::Sha256),
        _ => Err(unsupported("algorithm", hmac)),
    }
}

pub(super) fn unsupported(what: &str, name: &str) -> FormatError {
    FormatError::Unsupported(format!("the {what} {} is not supported", quoted(shortened(name))))
}
