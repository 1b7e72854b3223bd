use std::fmt;
use std::str::FromStr;

use argon2::Params;
use constant_time_eq::constant_time_eq_32;
use zeroize::Zeroizing;

use super::{CodeError, Hashing, HashingError};
use crate::domain::{DISABLE_AFTER, Throttle, UnixTime, Verdict, crockford};

/// Symbols of a code, of 5 bits each: 60 bits, beyond guessing even at a rate that no throttle
/// holds back (NIST SP 800-63B §5.1.2.1 asks for 20).
const SYMBOLS: usize = 12;

/// The most backup codes that an app can have: more than anybody loses, and few enough to be shown at once.
pub const MOST_BACKUP_CODES: u8 = 20;

/// A backup code as it is typed, in canonical form, wiped on drop.
#[derive(Clone)]
pub struct BackupCode(Zeroizing<String>);

/// A set of backup codes as the store keeps it: enough to recognise each code, once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackupCodes {
    /// The parameters and the salt of every digest of the set, so that one computation compares a
    /// code with all of them.
    pub hashing: Hashing,
    /// The digests of the unused codes.
    pub digests: Vec<[u8; 32]>,
    /// The failures with backup codes, counted separately from those with the phone's codes.
    pub throttle: Throttle,
}

/// The reasons why no set of backup codes could be made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError<E> {
    /// A failure of the random generator.
    #[error(transparent)]
    Random(E),
    /// A digest that could not be computed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
}

impl BackupCode {
    /// Makes a code; `fill` is the system's generator.
    fn generate<E>(fill: &mut impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        crockford::draw::<SYMBOLS, E>(fill).map(Self)
    }

    /// Exposes the code as people read it: `7KQ4-M2XH-9WRT`.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        crockford::grouped(&self.0)
    }
}

/// Reads a code without regard to case, hyphens and spaces, `O` as `0`, `I` and `L` as `1`.
impl FromStr for BackupCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        crockford::read(text, SYMBOLS).map(Self).ok_or(CodeError::Malformed)
    }
}

impl fmt::Debug for BackupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupCode")
    }
}

impl BackupCodes {
    /// Makes a new set and returns it with its codes, which are kept nowhere else; `fill` is the
    /// system's random generator.
    ///
    /// # Errors
    /// [`IssueError`] if `fill` fails, or a digest cannot be computed.
    pub fn issue<E>(
        count: usize,
        mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<(Self, Vec<BackupCode>), IssueError<E>> {
        let mut salt = [0; 16];
        fill(&mut salt).map_err(IssueError::Random)?;
        let hashing = Hashing { params: Some(Params::DEFAULT), salt };
        let codes =
            (0..count).map(|_| BackupCode::generate(&mut fill)).collect::<Result<Vec<_>, E>>();
        let codes = codes.map_err(IssueError::Random)?;
        let digests = codes.iter().map(|code| hashing.digest(code.0.as_bytes()));
        let digests = digests.collect::<Result<_, _>>()?;
        Ok((Self { hashing, digests, throttle: Throttle::default() }, codes))
    }

    /// Decides on one attempt at `now`, and returns the set to record before the answer: without
    /// the code, if it was accepted.
    ///
    /// It takes one Argon2 computation, and compares all digests in constant time. If the
    /// computation fails there is no verdict, since a right code must not count as a wrong one.
    pub(in crate::domain) fn redeem(
        &self,
        code: &BackupCode,
        now: UnixTime,
    ) -> Result<(Verdict, Self), HashingError> {
        if let Err((verdict, throttle)) = self.throttle.admit(now, DISABLE_AFTER) {
            return Ok((verdict, Self { throttle, ..self.clone() }));
        }
        let presented = self.hashing.digest(code.0.as_bytes())?;
        let (used, left): (Vec<_>, Vec<_>) =
            self.digests.iter().partition(|digest| constant_time_eq_32(&presented, digest));
        if used.is_empty() {
            let throttle = self.throttle.failed(now);
            return Ok((Verdict::Wrong, Self { throttle, ..self.clone() }));
        }
        let left = Self { digests: left, throttle: Throttle::default(), ..self.clone() };
        Ok((Verdict::Accepted, left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime(1_000_000);

    /// Issues a set from a generator that counts.
    fn issue(count: usize) -> (BackupCodes, Vec<BackupCode>) {
        let mut next = 0_u8;
        BackupCodes::issue(count, |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(7);
            }
            Ok::<_, ()>(())
        })
        .unwrap()
    }

    #[test]
    fn a_code_is_three_groups_of_four_and_reads_back_however_it_is_typed() {
        let (_, codes) = issue(1);
        assert_eq!(*codes[0].expose(), "GQY5-CKT1-8FPX");
        for text in ["GQY5CKT18FPX", "gqy5-ckti-8fpx", " GQY5 CKTL 8FPX "] {
            assert_eq!(text.parse::<BackupCode>().unwrap().0, codes[0].0);
        }
        assert_eq!("OOOO-0000-oooo".parse::<BackupCode>().unwrap().0.as_str(), "000000000000");
    }

    #[test]
    fn anything_else_is_no_backup_code() {
        for text in [
            "",
            "GQY5-CKT1-8FP",
            "GQY5-CKT1-8FPX4",
            "GQY5-CKT1-8FPU",
            "GQY5-CKT1-8FPé",
            "GQY5_CKT1_8FPX",
        ] {
            assert_eq!(text.parse::<BackupCode>().unwrap_err(), CodeError::Malformed, "{text}");
        }
    }

    #[test]
    fn each_code_of_a_set_is_accepted_once() {
        let (mut set, codes) = issue(3);
        for (used, code) in codes.iter().enumerate() {
            let (verdict, after) = set.redeem(code, NOW).unwrap();
            assert_eq!((verdict, after.digests.len()), (Verdict::Accepted, 2 - used));
            let (verdict, refused) = after.redeem(code, NOW).unwrap();
            assert_eq!((verdict, refused.throttle.failures), (Verdict::Wrong, 1));
            set = after;
        }
    }

    #[test]
    fn a_throttled_code_stays_unused() {
        let (mut set, codes) = issue(1);
        set.throttle.failures = 4;
        set.throttle.failed_at = Some(NOW);
        let (verdict, after) = set.redeem(&codes[0], NOW).unwrap();
        assert_eq!(verdict, Verdict::Throttled { retry_after: 30 });
        assert_eq!(after.digests, set.digests);
        assert_eq!(set.redeem(&codes[0], UnixTime(NOW.0 + 30)).unwrap().0, Verdict::Accepted);
    }

    #[test]
    fn no_set_accepts_nothing() {
        let (_, codes) = issue(1);
        assert_eq!(BackupCodes::default().redeem(&codes[0], NOW).unwrap().0, Verdict::Wrong);
    }
}
