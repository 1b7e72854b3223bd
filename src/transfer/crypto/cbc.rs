use aes_gcm::aes::{Aes128, Aes192, Aes256};
use cbc::Decryptor;
use cbc::cipher::block_padding::{Iso10126, Padding, Pkcs7};
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use zeroize::Zeroizing;

use super::Key;

/// Opens AES-256-CBC (NIST SP 800-38A) with PKCS #7 padding; `None` for a wrong length or padding.
///
/// It bears no tag: one wrong key in 256 leaves padding that looks right.
pub(crate) fn open(key: &Key, iv: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    decrypt::<Aes256, Pkcs7>(&**key, iv, sealed)
}

/// Opens AES-CBC with a key of 128, 192 or 256 bits as XML Encryption has it (§5.2): the
/// initialisation vector comes first, and of the padding only the last byte counts.
pub(crate) fn open_xml(key: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (iv, sealed) = sealed.split_first_chunk::<16>()?;
    match key.len() {
        16 => decrypt::<Aes128, Iso10126>(key, iv, sealed),
        24 => decrypt::<Aes192, Iso10126>(key, iv, sealed),
        _ => decrypt::<Aes256, Iso10126>(key, iv, sealed),
    }
}

fn decrypt<C, P>(key: &[u8], iv: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>>
where
    C: BlockCipherDecrypt + KeyInit,
    P: Padding,
{
    let cipher = Decryptor::<C>::new_from_slices(key, iv).ok()?;
    let mut data = Zeroizing::new(sealed.to_vec());
    let length = cipher.decrypt_padded::<P>(&mut data).ok()?.len();
    data.truncate(length);
    Some(data)
}
