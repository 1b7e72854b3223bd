use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use chacha20::{ChaCha20, R20, hchacha};
use poly1305::Poly1305;
use poly1305::universal_hash::{KeyInit, UniversalHash};
use zeroize::Zeroizing;

/// The length of a `ChaCha20` block in bytes, to which the tag byte is padded.
const BLOCK: usize = 64;

/// Opens the first message of libsodium's `crypto_secretstream_xchacha20poly1305`, without
/// additional data; returns `None` for a wrong key or length.
///
/// The layout is libsodium's own
/// (`crypto_secretstream/xchacha20poly1305/secretstream_xchacha20poly1305.c`): one byte that tags
/// the message, the ciphertext, 16 bytes of Poly1305 over the padded tag block, the ciphertext,
/// its padding and both lengths.
pub(crate) fn open_first(
    key: &[u8; 32],
    header: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (seed, nonce): (&[u8; 16], &[u8]) = header.split_first_chunk()?;
    let nonce: &[u8; 8] = nonce.try_into().ok()?;
    let (body, code) = sealed.split_last_chunk::<16>()?;
    let (tag, ciphertext) = body.split_first()?;

    let subkey = Zeroizing::new(<[u8; 32]>::from(hchacha::<R20>(&(*key).into(), &(*seed).into())));
    let mut iv = [0; 12];
    let (counter, rest) = iv.split_at_mut(4);
    *counter.first_mut()? = 1;
    rest.copy_from_slice(nonce);
    let mut cipher = ChaCha20::new(&(*subkey).into(), &iv.into());

    let mut first = Zeroizing::new([0; BLOCK]);
    cipher.apply_keystream(&mut *first);
    let (mac_key, _) = first.split_first_chunk::<32>()?;
    let mut mac = Poly1305::new(mac_key.into());

    let mut block = Zeroizing::new([0; BLOCK]);
    cipher.try_seek(BLOCK).ok()?;
    cipher.apply_keystream(&mut *block);
    *block.first_mut()? = *tag;
    mac.update_padded(&*block);

    // libsodium pads by (0x10 - 64 + length) & 0xf bytes, which does not fill the block, so the end
    // is assembled by hand.
    let padding = (16_usize.wrapping_sub(BLOCK).wrapping_add(ciphertext.len())) & 15;
    let mut rest = ciphertext.to_vec();
    rest.resize(rest.len() + padding, 0);
    rest.extend(0_u64.to_le_bytes());
    rest.extend(u64::try_from(BLOCK + ciphertext.len()).ok()?.to_le_bytes());
    let expected = mac.compute_unpadded(&rest);
    // Constant time is not needed: whoever made the file does not see how long this takes.
    if expected.as_slice() != code {
        return None;
    }
    let mut plain = Zeroizing::new(ciphertext.to_vec());
    cipher.apply_keystream(&mut plain);
    Some(plain)
}
