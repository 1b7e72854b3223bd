use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::throttle;
use crate::domain::BackupCodes;

/// Holds what is left of a set of backup codes, salt and digests in base64.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Backup {
    salt: String,
    digests: Vec<String>,
    failures: u32,
    failed_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failing_since: Option<u64>,
}

impl From<&BackupCodes> for Backup {
    fn from(set: &BackupCodes) -> Self {
        Self {
            salt: STANDARD.encode(set.salt),
            digests: set.digests.iter().map(|digest| STANDARD.encode(digest)).collect(),
            failures: set.throttle.failures,
            failed_at: set.throttle.failed_at.map(|t| t.0),
            failing_since: set.throttle.failing_since.map(|t| t.0),
        }
    }
}

impl TryFrom<Backup> for BackupCodes {
    type Error = String;

    fn try_from(b: Backup) -> Result<Self, String> {
        Ok(Self {
            salt: bytes(&b.salt)?,
            digests: b.digests.iter().map(|digest| bytes(digest)).collect::<Result<_, _>>()?,
            throttle: throttle(b.failures, b.failed_at, b.failing_since),
        })
    }
}

fn bytes<const N: usize>(base64: &str) -> Result<[u8; N], String> {
    let decoded = STANDARD.decode(base64).ok().and_then(|bytes| bytes.try_into().ok());
    decoded.ok_or_else(|| "no salt or digest of a backup code".into())
}
