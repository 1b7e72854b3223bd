//! The ciphers and key derivations that other apps encrypt their exports with.

pub(crate) mod cbc;
pub(crate) mod gcm;
pub(crate) mod kdf;
pub(crate) mod secretstream;

use zeroize::Zeroizing;

/// A key of 256 bits, wiped on drop.
pub(crate) type Key = Zeroizing<[u8; 32]>;
