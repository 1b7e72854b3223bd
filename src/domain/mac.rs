use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The length of a block of SHA-256 in bytes (FIPS 180-4).
const BLOCK: usize = 64;

/// Computes HMAC-SHA-256 (RFC 2104) of some parts one after the other.
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new((&*block(key)).into());
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// Returns a key of the length of a block: a longer one is hashed first, and zeros follow
/// (RFC 2104 §2).
fn block(key: &[u8]) -> Zeroizing<[u8; BLOCK]> {
    let hashed: Zeroizing<[u8; 32]>;
    let key = if key.len() > BLOCK {
        hashed = Zeroizing::new(Sha256::digest(key).into());
        &*hashed
    } else {
        key
    };
    let mut block = Zeroizing::new([0; BLOCK]);
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hex;

    #[test]
    fn the_codes_of_rfc_4231_are_made_with_keys_of_every_length() {
        for (key, parts, code) in [
            (
                &b"Jefe"[..],
                &[&b"what do ya want "[..], b"for nothing?"][..],
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                &[b"Test Using Larger Than Block-Size Key - Hash Key First"],
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&*hmac_sha256(key, parts)), code);
        }
    }
}
