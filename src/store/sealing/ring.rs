use std::fmt;
use std::str;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use constant_time_eq::constant_time_eq_32;
use zeroize::Zeroizing;

use super::key::Purpose;
use super::{Key, KeyError, KeyId};
use crate::domain::{Secret, hmac_sha256, quoted};

/// What a sealed secret begins with: the kind, and the version of the form. `:` is no base32, so
/// that a program that knows no keys refuses it.
const SECRET: &str = "mfa-secret:1:";

/// What a sealed secret of any version begins with.
const ANY_SECRET: &str = "mfa-secret:";

/// What the line begins with that authenticates the ones before it.
const MAC: &str = "mfa-mac:1:";

/// The lengths of a nonce and of a tag in bytes (draft-irtf-cfrg-xchacha, §2.3; RFC 8439 §2.8).
pub(super) const NONCE: usize = 24;
pub(super) const TAG: usize = 16;

/// The keys of a store: the first seals, all of them open.
pub struct Keys {
    keys: Vec<Key>,
    nonces: Nonces,
}

/// The reasons why something is not what a key has sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Not in the form of what is sealed.
    #[error("it is not in the form of what mfa seals")]
    Form,
    /// Sealed under a key that is not at hand.
    #[error("it is sealed under key {}, which the key file does not hold", quoted(.0.as_str()))]
    NoSuchKey(KeyId),
    /// Changed, or put in the place of something else.
    #[error("it is not what key {} has sealed", quoted(.0.as_str()))]
    Forged(KeyId),
    /// Without the line that authenticates it.
    #[error("it is not authenticated by a key")]
    NoMac,
}

/// Random nonces from one random seed.
///
/// The seed is drawn once from the system, and each nonce is an HMAC-SHA-256 under it: as
/// good as random, so that 192 bits never repeat.
struct Nonces {
    seed: Zeroizing<[u8; 32]>,
    next: AtomicU64,
}

impl Keys {
    /// Returns keys of which the first seals, or `None` without any; `seed` comes from the system's
    /// random generator, and makes the nonces.
    #[must_use]
    pub fn new(keys: Vec<Key>, seed: Zeroizing<[u8; 32]>) -> Option<Self> {
        let nonces = Nonces { seed, next: AtomicU64::new(0) };
        if keys.is_empty() { None } else { Some(Self { keys, nonces }) }
    }

    /// Reads the lines of a key file, whose keys have a name each; empty ones and those that begin with `#` are ignored.
    ///
    /// # Errors
    /// [`KeyError`] of the first line that is none.
    pub fn read(text: &str) -> Result<Vec<Key>, KeyError> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let keys = lines.filter(|line| !line.starts_with('#')).map(str::parse);
        let keys = keys.collect::<Result<Vec<Key>, _>>()?;
        let names: Vec<_> = keys.iter().map(|key| key.id().as_str()).collect();
        let is_twice = |name: &&str| names.iter().filter(|other| *other == name).count() > 1;
        if names.iter().any(is_twice) { Err(KeyError::Twice) } else { Ok(keys) }
    }

    /// Seals a secret for an app, as its file holds it.
    pub(in crate::store) fn seal(&self, app: &str, secret: &Secret) -> Option<Zeroizing<String>> {
        let key = self.first();
        let nonce = self.nonce();
        let plain = secret.expose_base32();
        // Reserved in full, so that the tag makes no copy of the secret.
        let mut text = Zeroizing::new(Vec::with_capacity(plain.len() + TAG));
        text.extend_from_slice(plain.as_bytes());
        let context = context(app, key.id());
        cipher(key).encrypt_in_place(&XNonce::from(nonce), &context, &mut *text).ok()?;
        let mut sealed = nonce.to_vec();
        sealed.extend_from_slice(&text);
        Some(Zeroizing::new(format!("{SECRET}{}:{}\n", key.id(), STANDARD_NO_PAD.encode(sealed))))
    }

    /// Opens what [`seal`](Self::seal) has sealed for the app of this name, and returns the text of
    /// the secret.
    pub(in crate::store) fn open(
        &self,
        app: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (key, bytes) = self.parts(SECRET, sealed)?;
        let (nonce, text) = bytes.split_first_chunk::<NONCE>().ok_or(SealError::Form)?;
        let mut text = Zeroizing::new(text.to_vec());
        cipher(key)
            .decrypt_in_place(&XNonce::from(*nonce), &context(app, key.id()), &mut *text)
            .map_err(|_| SealError::Forged(key.id().clone()))?;
        Ok(text)
    }

    /// Returns the text of a file of this name with the line that authenticates it.
    pub(in crate::store) fn authenticated(&self, name: &str, text: &str) -> String {
        let key = self.first();
        let mac = STANDARD_NO_PAD.encode(*mac(key, name, text.as_bytes()));
        format!("{text}{MAC}{}:{mac}\n", key.id())
    }

    /// Checks the line that authenticates the file of this name, and returns the text before it.
    pub(in crate::store) fn authentic<'a>(
        &self,
        name: &str,
        file: &'a [u8],
    ) -> Result<&'a [u8], SealError> {
        let (text, line) = split(file);
        let (key, given) = self.parts(MAC, line.ok_or(SealError::NoMac)?)?;
        let given: [u8; 32] = given.try_into().map_err(|_| SealError::Form)?;
        if constant_time_eq_32(&given, &mac(key, name, text)) {
            Ok(text)
        } else {
            Err(SealError::Forged(key.id().clone()))
        }
    }

    /// Reports whether a sealed text is under the key that seals now.
    pub(in crate::store) fn is_newest(&self, sealed: &[u8]) -> bool {
        self.parts(SECRET, sealed).is_ok_and(|(key, _)| key.id() == self.first().id())
    }

    /// Splits `<prefix><key id>:<base64>` into the key and the bytes.
    fn parts(&self, prefix: &str, text: &[u8]) -> Result<(&Key, Vec<u8>), SealError> {
        let text = str::from_utf8(text).map_err(|_| SealError::Form)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let rest = text.strip_prefix(prefix).ok_or(SealError::Form)?;
        let (id, base64) = rest.split_once(':').ok_or(SealError::Form)?;
        let id: KeyId = id.parse().map_err(|_| SealError::Form)?;
        let bytes = STANDARD_NO_PAD.decode(base64).map_err(|_| SealError::Form)?;
        let key = self.key(&id);
        key.map(|key| (key, bytes)).ok_or(SealError::NoSuchKey(id))
    }

    /// Returns the key of this name.
    pub(super) fn key(&self, id: &KeyId) -> Option<&Key> {
        self.keys.iter().find(|key| key.id() == id)
    }

    /// Returns a nonce that was never used before.
    pub(super) fn nonce(&self) -> [u8; NONCE] {
        self.nonces.next()
    }

    #[expect(clippy::indexing_slicing, reason = "there is a first one: `new` has seen to it")]
    pub(super) fn first(&self) -> &Key {
        &self.keys[0]
    }
}

/// Reports whether a file of a secret holds a sealed one.
pub(in crate::store) fn is_sealed(file: &[u8]) -> bool {
    file.starts_with(ANY_SECRET.as_bytes())
}

/// Returns the name of the key under which a file is sealed, if it is.
pub(in crate::store) fn key_of(file: &[u8]) -> Option<KeyId> {
    let text = str::from_utf8(file).ok()?.strip_prefix(SECRET)?;
    text.split_once(':')?.0.parse().ok()
}

/// Returns the name of the key by which a file is authenticated, if it is.
pub(in crate::store) fn mac_key_of(file: &[u8]) -> Option<KeyId> {
    let line = str::from_utf8(split(file).1?).ok()?.strip_prefix(MAC)?;
    line.split_once(':')?.0.parse().ok()
}

/// Reports whether a file has a line that authenticates the others.
pub(in crate::store) fn has_mac(file: &[u8]) -> bool {
    split(file).1.is_some()
}

/// Returns the text of a file without the line that authenticates it, checked or not.
pub(in crate::store) fn without_mac(file: &[u8]) -> &[u8] {
    split(file).0
}

/// Splits off the last line, if it is one that authenticates the others.
fn split(file: &[u8]) -> (&[u8], Option<&[u8]>) {
    let body = file.strip_suffix(b"\n").unwrap_or(file);
    let start = body.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    match file.split_at_checked(start) {
        Some((text, line)) if line.starts_with(MAC.as_bytes()) => (text, Some(line)),
        _ => (file, None),
    }
}

fn mac(key: &Key, name: &str, text: &[u8]) -> Zeroizing<[u8; 32]> {
    hmac_sha256(&*key.subkey(Purpose::Records), &[name.as_bytes(), b"\0", text])
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&*key.subkey(Purpose::Secrets)).into())
}

/// Returns the associated data: what it is, whose it is, and under which key, each ended by a NUL.
fn context(app: &str, key: &KeyId) -> Vec<u8> {
    ["mfa secret v1", app, key.as_str()].map(|part| format!("{part}\0")).concat().into_bytes()
}

impl Nonces {
    fn next(&self) -> [u8; NONCE] {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let code = hmac_sha256(&*self.seed, &[b"mfa nonce v1", &number.to_be_bytes()]);
        let mut nonce = [0; NONCE];
        nonce.iter_mut().zip(code.iter()).for_each(|(to, from)| *to = *from);
        nonce
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(Key::id)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, byte: u8) -> Key {
        Key::from_bytes(id.parse().unwrap(), &[byte; 32]).unwrap()
    }

    fn keys(keys: &[(&str, u8)]) -> Keys {
        let keys = keys.iter().map(|(id, byte)| key(id, *byte)).collect();
        Keys::new(keys, Zeroizing::new([7; 32])).unwrap()
    }

    fn secret() -> Secret {
        Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap()
    }

    fn id(text: &str) -> KeyId {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_sealed_for_an_app_opens_for_it_alone_and_never_looks_the_same() {
        let keys = keys(&[("a", 1)]);
        let sealed = keys.seal("C", &secret()).unwrap();
        assert!(sealed.starts_with("mfa-secret:1:a:") && sealed.ends_with('\n'));
        assert_eq!(
            *keys.open("C", sealed.as_bytes()).unwrap(),
            *secret().expose_base32().as_bytes()
        );
        assert_ne!(*keys.seal("C", &secret()).unwrap(), *sealed);
        for other in ["D", "", "C\0a"] {
            assert_eq!(keys.open(other, sealed.as_bytes()), Err(SealError::Forged(id("a"))));
        }
    }

    #[test]
    fn the_first_key_seals_and_all_of_them_open() {
        let (old, both) = (keys(&[("old", 1)]), keys(&[("new", 2), ("old", 1)]));
        let (before, after) =
            (old.seal("C", &secret()).unwrap(), both.seal("C", &secret()).unwrap());
        assert!(both.open("C", before.as_bytes()).is_ok() && !both.is_newest(before.as_bytes()));
        assert!(both.open("C", after.as_bytes()).is_ok() && both.is_newest(after.as_bytes()));
        let missing = Err(SealError::NoSuchKey(id("new")));
        assert_eq!(old.open("C", after.as_bytes()), missing);
        let record = both.authenticated("state/C.json", "{}\n");
        assert_eq!(
            old.authentic("state/C.json", record.as_bytes()),
            Err(SealError::NoSuchKey(id("new")))
        );
        // Another key of the same name.
        let other = keys(&[("old", 3)]);
        assert_eq!(other.open("C", before.as_bytes()), Err(SealError::Forged(id("old"))));
    }

    #[test]
    fn a_change_of_any_byte_is_refused() {
        let keys = keys(&[("a", 1)]);
        let sealed = keys.seal("C", &secret()).unwrap();
        let record = keys.authenticated("state/C.json", "{\"version\":2}\n");
        assert_eq!(
            keys.authentic("state/C.json", record.as_bytes()).unwrap(),
            b"{\"version\":2}\n"
        );
        for place in 0..sealed.len() - 1 {
            let mut changed = sealed.as_bytes().to_vec();
            changed[place] ^= 1;
            assert!(keys.open("C", &changed).is_err(), "{place}");
        }
        for place in 0..record.len() - 1 {
            let mut changed = record.as_bytes().to_vec();
            changed[place] ^= 1;
            assert!(keys.authentic("state/C.json", &changed).is_err(), "{place}");
        }
        assert!(keys.authentic("state/D.json", record.as_bytes()).is_err());
    }

    #[test]
    fn a_file_without_its_last_line_or_with_another_is_not_authentic() {
        let keys = keys(&[("a", 1)]);
        let record = keys.authenticated("f", "one\ntwo\n");
        let line = record.lines().last().unwrap();
        for (file, error) in [
            ("one\ntwo\n".to_owned(), SealError::NoMac),
            (String::new(), SealError::NoMac),
            (format!("{record}\n"), SealError::NoMac),
            (format!("{record}{line}\n"), SealError::Forged(id("a"))),
            (format!("one\ntwo\n{}\n", &line[..line.len() - 2]), SealError::Form),
            ("one\nmfa-mac:1:a:\n".into(), SealError::Form),
        ] {
            assert_eq!(keys.authentic("f", file.as_bytes()), Err(error), "{file}");
        }
        assert_eq!(without_mac(record.as_bytes()), b"one\ntwo\n");
        assert_eq!(without_mac(b"one\ntwo\n"), b"one\ntwo\n");
    }

    #[test]
    fn a_key_file_has_a_key_a_line_and_remarks() {
        let (a, b) = (key("a", 1).expose_line(), key("b", 2).expose_line());
        let read = Keys::read(&format!("# of November\n{}\r\n\n  {}", a.trim_end(), *b)).unwrap();
        assert_eq!(read.iter().map(|key| key.id().as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(Keys::read("mfa-key:1:a\n").unwrap_err(), KeyError::Form);
        let twice = key("a", 2).expose_line().to_string() + &a;
        assert_eq!(Keys::read(&twice).unwrap_err(), KeyError::Twice);
        assert!(Keys::new(Vec::new(), Zeroizing::new([0; 32])).is_none());
    }
}
