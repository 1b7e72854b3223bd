use aes_gcm::aes::Aes256;
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use zeroize::Zeroizing;

use super::Key;

/// Opens AES-256-CBC (NIST SP 800-38A) with PKCS #7 padding; `None` for a wrong length or padding.
///
/// It bears no tag: one wrong key in 256 leaves padding that looks right.
pub(crate) fn open(key: &Key, iv: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = Decryptor::<Aes256>::new_from_slices(&**key, iv).ok()?;
    let mut data = Zeroizing::new(sealed.to_vec());
    let length = cipher.decrypt_padded::<Pkcs7>(&mut data).ok()?.len();
    data.truncate(length);
    Some(data)
}
