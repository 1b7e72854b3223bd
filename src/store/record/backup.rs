use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::throttle;
use crate::domain::{BackupCodes, Hashing, HeaderError};

/// The remaining backup codes: their digests in base64, with the head of a PHC string or, in
/// records of version 1, a salt.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Backup {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    salt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hashing: Option<String>,
    digests: Vec<String>,
    failures: u32,
    failed_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failing_since: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    throttled_at: Option<u64>,
}

impl From<&BackupCodes> for Backup {
    fn from(set: &BackupCodes) -> Self {
        let told = set.hashing.params.is_some();
        Self {
            salt: (!told).then(|| STANDARD.encode(set.hashing.salt)),
            hashing: told.then(|| set.hashing.to_string()),
            digests: set.digests.iter().map(|digest| STANDARD.encode(digest)).collect(),
            failures: set.throttle.failures,
            failed_at: set.throttle.failed_at.map(|t| t.0),
            failing_since: set.throttle.failing_since.map(|t| t.0),
            throttled_at: set.throttle.throttled_at.map(|t| t.0),
        }
    }
}

impl TryFrom<Backup> for BackupCodes {
    type Error = String;

    fn try_from(b: Backup) -> Result<Self, String> {
        let hashing = match (b.salt, b.hashing) {
            (Some(salt), None) => Hashing { params: None, salt: bytes(&salt)? },
            (None, Some(head)) => head.parse().map_err(|e: HeaderError| e.to_string())?,
            _ => return Err("a set of backup codes needs either a salt or parameters".into()),
        };
        Ok(Self {
            hashing,
            digests: b.digests.iter().map(|digest| bytes(digest)).collect::<Result<_, _>>()?,
            throttle: throttle(b.failures, [b.failed_at, b.failing_since, b.throttled_at]),
        })
    }
}

fn bytes<const N: usize>(base64: &str) -> Result<[u8; N], String> {
    let decoded = STANDARD.decode(base64).ok().and_then(|bytes| bytes.try_into().ok());
    decoded.ok_or_else(|| "no salt or digest of a backup code".into())
}
