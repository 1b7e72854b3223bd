use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::derivation::unsupported;
use crate::transfer::crypto::{cbc, kdf::Hash};
use crate::transfer::import::{FormatError, encoding};

/// The length of a block of AES in bytes: ciphertext has one for the initialisation vector and one
/// at least for the text.
const BLOCK: usize = 16;

/// The keys of a file: one for its cipher, and one for its MACs.
pub(super) struct Keys {
    pub cipher: Zeroizing<Vec<u8>>,
    pub mac: Zeroizing<Vec<u8>>,
    pub hash: Hash,
}

impl Keys {
    /// Checks the MAC of some data.
    pub(super) fn verify(&self, data: &[u8], code: &[u8]) -> bool {
        match self.hash {
            Hash::Sha1 => verifies::<Hmac<Sha1>>(&self.mac, data, code),
            Hash::Sha256 => verifies::<Hmac<Sha256>>(&self.mac, data, code),
        }
    }

    /// Decrypts data whose MAC was right, with a cipher that takes keys of this length.
    pub(super) fn open(
        &self,
        data: &[u8],
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        let opened = cbc::open_xml(&self.cipher, data);
        opened.filter(|_| self.cipher.len() == length).ok_or("it does not decrypt")
    }
}

fn verifies<M: Mac + KeyInit>(key: &[u8], data: &[u8], code: &[u8]) -> bool {
    let mac = <M as KeyInit>::new_from_slice(key);
    mac.is_ok_and(|mac| mac.chain_update(data).verify_slice(code).is_ok())
}

/// Reads a key as people are sent it: in hexadecimal, in groups or behind `0x`.
pub(super) fn typed(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    digits.extend(text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ':' | '-')));
    encoding::hex(&digits)
}

/// Reports whether it can be ciphertext, with its initialisation vector.
pub(super) fn is_whole(data: &[u8]) -> bool {
    data.len() >= 2 * BLOCK && data.len().is_multiple_of(BLOCK)
}

/// Returns the length in bytes of the keys of a cipher.
pub(super) fn key_length(cipher: &str) -> Result<usize, FormatError> {
    match cipher {
        "aes128-cbc" => Ok(16),
        "aes192-cbc" => Ok(24),
        "aes256-cbc" => Ok(32),
        _ => Err(unsupported("cipher", cipher)),
    }
}
