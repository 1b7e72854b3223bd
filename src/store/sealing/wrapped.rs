use argon2::Params;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::{Key, KeyId};
use crate::domain::{Hashing, HashingError};

/// What a wrapped key begins with: the kind, and the version of the form.
const PREFIX: &str = "mfa-wrapped-key:1:";

/// The memory in KiB, passes and lanes of Argon2id for a passphrase: a person waits for it once a
/// command. The second recommended option of RFC 9106 §4, with one lane.
const COST: (u32, u32, u32) = (64 * 1024, 3, 1);

const NONCE: usize = 24;

/// The reasons why a wrapped key does not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrapError<E> {
    /// Not in the form of a wrapped key.
    #[error("it is no wrapped key")]
    Form,
    /// Another passphrase, or a changed file.
    #[error("the passphrase is wrong")]
    Passphrase,
    /// Too little memory for Argon2id.
    #[error(transparent)]
    Hashing(HashingError),
    /// A failure of the source of randomness.
    #[error("no randomness is available")]
    Random(E),
}

/// Wraps a key with a passphrase, as the file `key` of a store holds it; `fill` is the system's
/// random generator.
///
/// # Errors
/// [`WrapError`] if `fill` fails, or there is too little memory.
pub fn wrap<E>(
    key: &Key,
    passphrase: &str,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<String, WrapError<E>> {
    let (mut salt, mut nonce) = ([0; 16], [0; NONCE]);
    fill(&mut salt).map_err(WrapError::Random)?;
    fill(&mut nonce).map_err(WrapError::Random)?;
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|_| WrapError::Form)?;
    let hashing = Hashing { params: Some(params), salt };
    let head = hashing.to_string();
    let mut sealed = Vec::with_capacity(NONCE + 32 + 16);
    sealed.extend_from_slice(key.expose_bytes());
    cipher(&hashing, passphrase)?
        .encrypt_in_place(&XNonce::from(nonce), &context(key.id(), &head), &mut sealed)
        .map_err(|_| WrapError::Form)?;
    let bytes = STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat());
    Ok(format!("{PREFIX}{}:{head}:{bytes}\n", key.id()))
}

/// Opens a wrapped key with its passphrase.
///
/// # Errors
/// [`WrapError`] if it is none, the passphrase is wrong, or there is too little memory.
pub fn unwrap<E>(wrapped: &str, passphrase: &str) -> Result<Key, WrapError<E>> {
    let (id, head, bytes) = parts(wrapped).ok_or(WrapError::Form)?;
    let hashing: Hashing = head.parse().map_err(|_| WrapError::Form)?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or(WrapError::Form)?;
    let mut key = Zeroizing::new(sealed.to_vec());
    cipher(&hashing, passphrase)?
        .decrypt_in_place(&XNonce::from(*nonce), &context(&id, head), &mut *key)
        .map_err(|_| WrapError::Passphrase)?;
    Key::from_bytes(id, &key).ok_or(WrapError::Form)
}

fn parts(wrapped: &str) -> Option<(KeyId, &str, Vec<u8>)> {
    let mut parts = wrapped.trim_end().strip_prefix(PREFIX)?.split(':');
    let (id, head, bytes) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = STANDARD_NO_PAD.decode(bytes).ok()?;
    if parts.next().is_some() { None } else { Some((id.parse().ok()?, head, bytes)) }
}

fn cipher<E>(hashing: &Hashing, passphrase: &str) -> Result<XChaCha20Poly1305, WrapError<E>> {
    let digest = hashing.digest(passphrase.as_bytes()).map_err(WrapError::Hashing)?;
    Ok(XChaCha20Poly1305::new((&*Zeroizing::new(digest)).into()))
}

fn context(id: &KeyId, head: &str) -> Vec<u8> {
    ["mfa wrapped key v1", id.as_str(), head].map(|part| format!("{part}\0")).concat().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from_bytes("p".parse().unwrap(), &[3; 32]).unwrap()
    }

    fn wrapped() -> String {
        wrap(&key(), "correct horse", |bytes| {
            bytes.fill(5);
            Ok::<_, ()>(())
        })
        .unwrap()
    }

    #[test]
    fn a_key_comes_back_with_its_passphrase_alone() {
        let wrapped = wrapped();
        assert!(wrapped.starts_with("mfa-wrapped-key:1:p:$argon2id$v=19$m=65536,t=3,p=1$"));
        let opened = unwrap::<()>(&wrapped, "correct horse").unwrap();
        assert_eq!((opened.id(), opened.expose_bytes()), (key().id(), &[3; 32]));
        for other in ["", "Correct horse", "correct horse "] {
            assert_eq!(unwrap::<()>(&wrapped, other).unwrap_err(), WrapError::Passphrase);
        }
        let renamed = wrapped.replace(":p:", ":q:");
        assert_eq!(unwrap::<()>(&renamed, "correct horse").unwrap_err(), WrapError::Passphrase);
    }

    #[test]
    fn what_is_no_wrapped_key_or_asks_for_too_much_is_refused_before_any_work() {
        let wrapped = wrapped();
        for other in [
            String::new(),
            wrapped.replace("wrapped-key:1", "wrapped-key:2"),
            wrapped.replace("m=65536", "m=4194304"),
            wrapped.replace("argon2id", "argon2i"),
            wrapped.trim_end().to_owned() + ":x",
            wrapped[..wrapped.len() - 60].to_owned() + "\n",
        ] {
            let refused = unwrap::<()>(&other, "correct horse").unwrap_err();
            assert_eq!(refused, WrapError::Form, "{other}");
        }
        assert_eq!(wrap(&key(), "", |_| Err("none")), Err(WrapError::Random("none")));
    }
}
