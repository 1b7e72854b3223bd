use std::ops::RangeInclusive;

use super::moving_factor::Codes;
use super::{Algorithm, Code, Digits, Period};
use crate::domain::{Secret, UnixTime};

/// The number of time steps on each side of the expected one in which two codes in a row
/// resynchronise a token: 20 minutes of 30 seconds.
const RESYNC_STEPS: u64 = 40;

/// The parameters of time-based one-time passwords (RFC 6238); the default is what every
/// phone app knows: SHA1, 6 digits, 30 seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totp {
    /// The hash inside the HMAC.
    pub algorithm: Algorithm,
    /// The number of digits of a code.
    pub digits: Digits,
    /// The length of a time step.
    pub period: Period,
}

impl Totp {
    /// Returns the number of the time step that `now` falls in (RFC 6238 §4.2).
    #[must_use]
    pub fn step(&self, now: UnixTime) -> u64 {
        now.0 / self.period.get()
    }

    /// Returns the seconds until the next time step, 1 to the period.
    #[must_use]
    pub fn seconds_left(&self, now: UnixTime) -> u64 {
        self.period.get() - now.0 % self.period.get()
    }

    /// Returns the code that is current at `now`.
    #[must_use]
    pub fn code(&self, secret: &Secret, now: UnixTime) -> String {
        self.codes(secret).code(self.step(now))
    }

    /// Returns the newest time step that the code is right for, out of `current` and one on each
    /// side of it (RFC 6238 §5.2: a clock may be one step off).
    #[must_use]
    pub fn matching_step(&self, secret: &Secret, code: &Code, current: u64) -> Option<u64> {
        self.codes(secret).newest_match(code, around(current, 1))
    }

    /// Returns the time step of the second of two codes in a row, if both are newer than the last
    /// accepted one (RFC 6238 §6).
    pub(in crate::domain) fn resynced(
        &self,
        secret: &Secret,
        codes: &[Code; 2],
        expected: u64,
        last: Option<u64>,
    ) -> Option<u64> {
        let first = self.codes(secret).newest_pair(codes, around(expected, RESYNC_STEPS))?;
        last.is_none_or(|last| first > last).then(|| first.saturating_add(1))
    }

    fn codes(&self, secret: &Secret) -> Codes {
        Codes::new(secret, self.algorithm, self.digits)
    }
}

fn around(step: u64, each_side: u64) -> RangeInclusive<u64> {
    step.saturating_sub(each_side)..=step.saturating_add(each_side)
}
