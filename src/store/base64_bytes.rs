use serde::{Deserialize, Serialize};

/// Bytes of a fixed length, in base64 in a record.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Base64<const N: usize>(
    #[serde(with = "crate::domain::bytes")] pub(super) [u8; N],
);
