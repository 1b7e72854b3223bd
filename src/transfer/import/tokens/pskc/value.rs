use zeroize::Zeroizing;

use super::lock::Lock;
use crate::transfer::import::{FormatError, encoding};

/// A part of a key's data, such as its secret or its counter, plain or encrypted.
#[derive(Default)]
pub(super) struct Value {
    plain: Option<Zeroizing<String>>,
    sealed: Option<Sealed>,
    pub mac: Option<Zeroizing<Vec<u8>>>,
    is_twofold: bool,
}

/// Ciphertext, and the name of its cipher; without data where that was not base64.
#[derive(Default)]
pub(super) struct Sealed {
    pub cipher: String,
    pub data: Option<Zeroizing<Vec<u8>>>,
}

/// A part of a key's data in plain.
pub(super) enum Opened {
    Text(Zeroizing<String>),
    Bytes(Zeroizing<Vec<u8>>),
}

impl Value {
    pub(super) fn set_plain(&mut self, text: &str) {
        let plain = Zeroizing::new(text.trim().into());
        self.is_twofold |= self.plain.replace(plain).is_some() || self.sealed.is_some();
    }

    pub(super) fn set_sealed(&mut self, sealed: Sealed) {
        self.is_twofold |= self.sealed.replace(sealed).is_some() || self.plain.is_some();
    }

    pub(super) fn is_plain(&self) -> bool {
        self.plain.is_some()
    }

    /// Opens the value; what is wrong with it alone is an inner error.
    ///
    /// # Errors
    /// [`FormatError`] if nothing in the file can be opened.
    pub(super) fn open(self, lock: &mut Lock<'_>) -> Result<Result<Opened, String>, FormatError> {
        if self.is_twofold {
            return Ok(Err("a part of its data has two values".into()));
        }
        Ok(match (self.sealed, self.plain) {
            (Some(sealed), _) => {
                lock.open(&sealed, self.mac.as_deref().map(Vec::as_slice))?.map(Opened::Bytes)
            }
            (None, Some(text)) => Ok(Opened::Text(text)),
            (None, None) => Err("a part of its data has no value".into()),
        })
    }
}

impl Opened {
    /// Returns the bytes, which are base64 in plain.
    pub(super) fn bytes(self) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Text(text) => base64(&text),
            Self::Bytes(bytes) => Some(bytes),
        }
    }

    /// Returns the integer, which is decimal in plain, and either decimal or binary, with the
    /// highest byte first, where it was encrypted.
    pub(super) fn integer(&self) -> Option<i128> {
        let decimal = |text: &str| text.parse().ok();
        match self {
            Self::Text(text) => decimal(text),
            Self::Bytes(bytes) if bytes.iter().all(u8::is_ascii_digit) => {
                decimal(str::from_utf8(bytes).ok()?)
            }
            Self::Bytes(bytes) if bytes.len() <= 8 => {
                Some(bytes.iter().fold(0, |number, byte| (number << 8) | i128::from(*byte)))
            }
            Self::Bytes(_) => None,
        }
    }
}

/// Reads base64 that may be broken into lines and indented.
pub(super) fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.split_whitespace());
    encoding::base64(&plain)
}
