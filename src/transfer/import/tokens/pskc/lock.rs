use zeroize::Zeroizing;

use super::algorithm;
use super::derivation::{Derivation, hash, unsupported};
use super::keys::{Keys, is_whole, key_length, typed};
use super::value::Sealed;
use crate::transfer::crypto::{cbc, kdf::Hash};
use crate::transfer::import::xml::Element;
use crate::transfer::import::{Ask, FormatError};

/// The limit on an encrypted MAC key in bytes, since each MAC begins with a digest of it; keys are
/// as long as the hash.
const MOST_MAC_KEY: usize = 1024;

/// What is wrong with a value whose MAC does not match.
const WRONG_MAC: &str = "its MAC is wrong: it was changed, or sealed with another key";

/// What opens a file, and the function that gives it.
pub(super) enum Given<'a> {
    Password(&'a mut Ask<'a>),
    /// A key in hexadecimal.
    Key(&'a mut Ask<'a>),
}

/// How a file is encrypted, and its keys once it is opened.
pub(super) struct Lock<'a> {
    given: Given<'a>,
    derivation: Derivation,
    /// The name of a method of encryption that is not supported.
    foreign: Option<String>,
    mac: Option<String>,
    pub mac_key: Option<Sealed>,
    keys: Option<Keys>,
    /// Whether the file names a key or a MAC.
    is_stated: bool,
    /// Whether a secret was believed that is not encrypted.
    pub has_plain: bool,
    macs: Macs,
}

/// Whether any MAC was right, and whether any was wrong.
#[derive(Default)]
struct Macs {
    right: bool,
    wrong: bool,
}

impl<'a> Lock<'a> {
    pub(super) fn new(given: Given<'a>) -> Self {
        Self {
            given,
            derivation: Derivation::default(),
            foreign: None,
            mac: None,
            mac_key: None,
            keys: None,
            is_stated: false,
            has_plain: false,
            macs: Macs::default(),
        }
    }

    pub(super) fn take(&mut self, element: &Element<'_>) {
        self.is_stated |= matches!(element.path, [.., "EncryptionKey" | "MACMethod"]);
        match element.path {
            [.., "MACMethod"] => self.mac = Some(algorithm(element)),
            [_, "EncryptionKey", name @ ("X509Data" | "EncryptedKey" | "KeyValue")] => {
                self.foreign = Some(name.to_owned());
            }
            _ => self.derivation.take(element),
        }
    }

    /// Admits a secret that is not encrypted, unless the file names a key: without it, anybody could
    /// have put a secret of their own in the place of an encrypted one.
    pub(super) fn admit_plain(&mut self) -> Result<(), &'static str> {
        self.has_plain |= !self.is_stated;
        if self.is_stated {
            Err("it is not encrypted, though the file names a key")
        } else {
            Ok(())
        }
    }

    /// Checks the MAC (RFC 6030 §6.1), and only then decrypts; what is wrong with this value alone
    /// is an inner error.
    ///
    /// # Errors
    /// [`FormatError`] if nothing in the file can be opened.
    pub(super) fn open(
        &mut self,
        sealed: &Sealed,
        code: Option<&[u8]>,
    ) -> Result<Result<Zeroizing<Vec<u8>>, String>, FormatError> {
        self.check_method()?;
        let hash = self.hash()?;
        let Some(code) = code else { return Ok(Err("it is encrypted without a MAC".into())) };
        let Some(data) = sealed.data.as_deref().filter(|data| is_whole(data)) else {
            return Ok(Err("its ciphertext is cut, or lacks an initialisation vector".into()));
        };
        let length = key_length(&sealed.cipher)?;
        let keys = match self.keys.take() {
            Some(keys) => keys,
            None => self.keys(hash, &sealed.cipher, length)?,
        };
        let is_right = keys.verify(data, code);
        let opened = if is_right { keys.open(data, length) } else { Err(WRONG_MAC) };
        self.macs.right |= is_right;
        self.macs.wrong |= !is_right;
        self.keys = Some(keys);
        Ok(opened.map_err(Into::into))
    }

    /// Reports a wrong key, which is the likely reason where no MAC at all was right, and a key that
    /// is named too late or was not used.
    pub(super) fn check(&self) -> Result<(), FormatError> {
        match self.given {
            _ if self.macs.wrong && !self.macs.right => Err(self.wrong()),
            _ if self.has_plain && self.is_stated => {
                Err(FormatError::damaged("it names its key after its secrets"))
            }
            Given::Key(_) if self.has_plain => Err(FormatError::NotEncrypted),
            _ => Ok(()),
        }
    }

    fn wrong(&self) -> FormatError {
        match self.given {
            Given::Password(_) => FormatError::WrongPassword,
            Given::Key(_) => FormatError::WrongKey,
        }
    }

    fn check_method(&self) -> Result<(), FormatError> {
        let method = self.foreign.as_deref();
        method.map_or(Ok(()), |method| Err(unsupported("method of encryption", method)))
    }

    fn hash(&self) -> Result<Hash, FormatError> {
        let name = self.mac.as_deref();
        hash(name.ok_or_else(|| FormatError::unsupported("it is encrypted without a MAC"))?)
    }

    fn keys(&mut self, hash: Hash, cipher: &str, length: usize) -> Result<Keys, FormatError> {
        let key = self.key(length)?;
        if key.len() != length {
            let why = format!("the key has {} bytes, and {cipher} takes {length}", key.len());
            return Err(match self.given {
                Given::Password(_) => FormatError::Unsupported(why),
                Given::Key(_) => FormatError::BadKey(why),
            });
        }
        let mac = match &self.mac_key {
            None => key.clone(),
            Some(sealed) => {
                let data = sealed.data.as_deref().filter(|data| is_whole(data));
                let data = data.ok_or_else(|| FormatError::damaged("its MAC key is cut"))?;
                if data.len() > MOST_MAC_KEY {
                    return Err(FormatError::damaged("its MAC key is longer than 1 KiB"));
                }
                cbc::open_xml(&key, data).ok_or_else(|| self.wrong())?
            }
        };
        Ok(Keys { cipher: key, mac, hash })
    }

    /// Returns the key that was shared beforehand, or derives it from the password.
    fn key(&mut self, length: usize) -> Result<Zeroizing<Vec<u8>>, FormatError> {
        match (&mut self.given, self.derivation.is_stated) {
            (Given::Password(ask), true) => {
                self.derivation.key(&ask().map_err(FormatError::Password)?, length)
            }
            (Given::Password(_), false) => Err(FormatError::KeyNeeded),
            (Given::Key(_), true) => {
                Err(FormatError::unsupported("it is encrypted with a password, not with a key"))
            }
            (Given::Key(ask), false) => typed(&ask().map_err(FormatError::NoKey)?)
                .ok_or_else(|| FormatError::BadKey("the key is not hexadecimal".into())),
        }
    }
}
