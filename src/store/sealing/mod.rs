//! Secrets sealed at rest: keys that live elsewhere than the store, and what they make of its files.
//!
//! A secret is sealed with XChaCha20-Poly1305 under a key's name, bound to the app that it belongs
//! to; what belongs to it is not secret, and bears an HMAC-SHA-256, bound to its name. Both
//! take a subkey of their own.

mod key;
mod key_file;
mod ring;
#[cfg(feature = "postgres")]
mod row;
mod wrapped;

pub use key::{Key, KeyError, KeyId};
pub use key_file::KeyPlace;
pub use ring::{Keys, SealError};
pub(super) use ring::{has_mac, is_sealed, key_of, mac_key_of, without_mac};
#[cfg(feature = "postgres")]
pub(super) use row::{RowOf, SealedRow};
pub use wrapped::{WrapError, unwrap, wrap};
