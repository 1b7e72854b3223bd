use argon2::Params;
use constant_time_eq::constant_time_eq_32;
use serde::{Deserialize, Serialize};

use super::RecoveryCode;
use crate::domain::{Hashing, HashingError, IssueError, UnixTime};

/// The seconds for which a code is good unless a policy says otherwise: a day.
pub const RECOVERED_WITHIN: u64 = 24 * 60 * 60;

/// A recovery code as the store keeps it: enough to recognise it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// The time of issue, before which it is not good.
    pub at: UnixTime,
    /// The time from which on it is no longer good.
    pub expires: UnixTime,
    /// The parameters and the salt of the digest.
    pub hashing: Hashing,
    /// The digest.
    #[serde(with = "crate::domain::bytes")]
    pub digest: [u8; 32],
    /// The random bytes of the secret that it [stands for](RecoveryCode::secret).
    #[serde(with = "crate::domain::bytes")]
    pub nonce: [u8; 16],
}

impl Issued {
    /// Draws a code that is good for this many seconds; `fill` is the system's random generator.
    ///
    /// # Errors
    /// [`IssueError`] if `fill` fails, or the digest cannot be computed.
    pub fn new<E>(
        at: UnixTime,
        good_for: u64,
        mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<(Self, RecoveryCode), IssueError<E>> {
        let (mut salt, mut nonce) = ([0; 16], [0; 16]);
        fill(&mut salt).map_err(IssueError::Random)?;
        fill(&mut nonce).map_err(IssueError::Random)?;
        let code = RecoveryCode::draw(&mut fill).map_err(IssueError::Random)?;
        let hashing = Hashing { params: Some(Params::DEFAULT), salt };
        let digest = hashing.digest(code.as_bytes())?;
        let expires = UnixTime(at.0.saturating_add(good_for));
        Ok((Self { at, expires, hashing, digest, nonce }, code))
    }

    /// Reports whether it is this code, in constant time.
    pub(super) fn is(&self, code: &RecoveryCode) -> Result<bool, HashingError> {
        let digest = self.hashing.digest(code.as_bytes())?;
        Ok(constant_time_eq_32(&digest, &self.digest))
    }

    /// Reports whether it is good at this time.
    #[must_use]
    pub fn is_good(&self, now: UnixTime) -> bool {
        (self.at..self.expires).contains(&now)
    }
}
