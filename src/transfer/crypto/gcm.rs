use aes_gcm::aead::{AeadInOut, Nonce};
use aes_gcm::{Aes256Gcm, KeyInit};
use zeroize::Zeroizing;

/// The length of the authentication tag in bytes.
pub(crate) const TAG: usize = 16;

/// The length of the nonce in bytes; no other is in use.
pub(crate) const NONCE: usize = 12;

/// Opens AES-256-GCM (NIST SP 800-38D) with the tag at the end; returns `None` for a wrong key or a
/// wrong length of anything.
pub(crate) fn open(
    key: &[u8],
    nonce: &[u8],
    sealed: &[u8],
    context: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (cipher, nonce) = prepared(key, nonce)?;
    let mut buffer = Zeroizing::new(sealed.to_vec());
    cipher.decrypt_in_place(&nonce, context, &mut *buffer).ok()?;
    Some(buffer)
}

/// Seals with AES-256-GCM and appends the tag; a nonce must not be used twice with the same key.
pub(crate) fn seal(key: &[u8], nonce: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let (cipher, nonce) = prepared(key, nonce)?;
    // Reserved in full, so that appending the tag does not reallocate and leave the plaintext
    // behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + TAG));
    buffer.extend_from_slice(plain);
    cipher.encrypt_in_place(&nonce, b"", &mut *buffer).ok()?;
    Some(std::mem::take(&mut *buffer))
}

fn prepared(key: &[u8], nonce: &[u8]) -> Option<(Aes256Gcm, Nonce<Aes256Gcm>)> {
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    Some((Aes256Gcm::new_from_slice(key).ok()?, nonce.into()))
}
