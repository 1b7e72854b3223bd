//! The store's configuration: its text, and the MAC of the key that shows whose it is.
//!
//! It decides where codes are sent to, so that whoever can write to the store must not have written it.

use std::str;

use zeroize::Zeroizing;

use super::authentic::{self, AUTHENTICATED};
use super::dir::Dir;
use super::file::PrivateFile;
use super::held::HeldStore;
use super::stored::Sealing;
use super::{Folder, durable};
use crate::store::sealing::{Keys, SealError, has_mac, without_mac};
use crate::store::{Fix, StoreError};

/// The file of the configuration, which is also the name to which its MAC is bound.
pub(super) const NAME: &str = "config.toml";

impl Folder {
    /// The file of the configuration in the store's top folder.
    pub const CONFIG: &str = NAME;

    /// Reads the text of `config.toml` without its MAC, or returns `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be trusted or read; with a key also if it bears no right MAC of
    /// a key, unless plain files are believed.
    pub fn config(&self) -> Result<Option<Zeroizing<String>>, StoreError> {
        let Some(root) = Dir::open(&self.root)? else { return Ok(None) };
        read(&root, self.sealing.as_ref())
    }

    /// Gives `config.toml` a MAC of the newest key, and returns whether it had another or none.
    ///
    /// The caller vouches for what is in it: a file that was changed is taken as it is.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be trusted, read or recorded, or bears a MAC of a key that is
    /// not at hand.
    pub fn encrypt_config(&self) -> Result<bool, StoreError> {
        let vouched = |keys: &Keys, file: &PrivateFile, bytes: &[u8]| {
            if let Err(error @ SealError::NoSuchKey(_)) = keys.authentic(NAME, bytes) {
                return Err(authentic::refused(file.place(), AUTHENTICATED, error));
            }
            Ok(keys.authenticated(NAME, &whole_lines(text(file, bytes)?)))
        };
        self.put_config(vouched)
    }

    /// Takes the MAC of the key off `config.toml`, and returns whether there was one.
    ///
    /// # Errors
    /// As for [`config`](Self::config), and if it cannot be recorded.
    pub fn decrypt_config(&self) -> Result<bool, StoreError> {
        self.put_config(|keys, file, bytes| {
            if !has_mac(bytes) {
                return Ok(text(file, bytes)?.to_owned());
            }
            keys.authentic(NAME, bytes).map_err(|error| refused(file, error))?;
            Ok(text(file, bytes)?.to_owned())
        })
    }

    /// Replaces the file by what `make` makes of it, and returns whether that is something else.
    fn put_config(
        &self,
        make: impl Fn(&Keys, &PrivateFile, &[u8]) -> Result<String, StoreError>,
    ) -> Result<bool, StoreError> {
        let (Some(store), Some(sealing)) = (self.dirs()?, &self.sealing) else { return Ok(false) };
        let HeldStore { store, lock } = HeldStore::wait(store)?;
        let Some(file) = store.root.file(NAME)? else { return Ok(false) };
        let bytes = file.read()?;
        let text = Zeroizing::new(make(&sealing.keys, &file, &bytes)?);
        if text.as_bytes() == &**bytes {
            return Ok(false);
        }
        durable::write_beside(&store.root, NAME, text.as_bytes(), &lock)?;
        durable::replace(&store.root, NAME).map(|()| true)
    }
}

/// Reads the text of the configuration in a store's top folder, if there is one.
pub(super) fn read(
    root: &Dir,
    sealing: Option<&Sealing>,
) -> Result<Option<Zeroizing<String>>, StoreError> {
    let Some(file) = root.file(NAME)? else { return Ok(None) };
    let bytes = file.read()?;
    if let Some(Sealing { keys, allows_plain }) = sealing
        && (has_mac(&bytes) || !allows_plain)
    {
        keys.authentic(NAME, &bytes).map_err(|error| refused(&file, error))?;
    }
    Ok(Some(Zeroizing::new(text(&file, &bytes)?.to_owned())))
}

/// Returns the text before the MAC, checked or not.
fn text<'a>(file: &PrivateFile, bytes: &'a [u8]) -> Result<&'a str, StoreError> {
    str::from_utf8(without_mac(bytes)).map_err(|_| file.damaged("it is not UTF-8"))
}

/// Returns the same text with a line end after its last line, where the MAC begins.
fn whole_lines(text: &str) -> Zeroizing<String> {
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    Zeroizing::new([text, end].concat())
}

fn refused(file: &PrivateFile, error: SealError) -> StoreError {
    let why = match error {
        SealError::NoMac => {
            "is not authenticated by a key: with a key, whoever can write to the store could put it there"
        }
        SealError::Forged(_) | SealError::Form => {
            "is not what mfa encrypt saw: whoever can write to the store could have changed it"
        }
        error @ SealError::NoSuchKey(_) => {
            return authentic::refused(file.place(), AUTHENTICATED, error);
        }
    };
    StoreError::Unsafe { place: file.place(), why, fix: Some(Fix::Vouch(file.path.clone())) }
}
