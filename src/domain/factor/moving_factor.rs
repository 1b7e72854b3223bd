use std::ops::RangeInclusive;

use super::{Algorithm, Code, Digits};
use crate::domain::Secret;

/// The codes of a secret by their moving factor: a counter (RFC 4226 §5.1), or the number of a
/// time step, which makes the same code (RFC 6238 §1.2).
pub(super) struct Codes(totp_rs::Totp);

impl Codes {
    /// A step of one second, so that the time is the moving factor. Skew 0, since `check` would
    /// stop at the first match; built without the crate's checks, which refuse the 80-bit secrets
    /// that old services issued. Ours came before.
    pub(super) fn new(secret: &Secret, algorithm: Algorithm, digits: Digits) -> Self {
        let codes = totp_rs::Builder::new()
            .with_algorithm(algorithm.into())
            .with_digits(digits.get())
            .with_step_duration(1)
            .with_skew(0)
            .with_secret(secret.expose_bytes());
        Self(codes.build_noncompliant())
    }

    /// Returns the code of a moving factor.
    pub(super) fn code(&self, factor: u64) -> String {
        self.0.generate(factor).to_string()
    }

    /// Returns the newest moving factor in the range that the code is right for.
    ///
    /// All are computed and compared in constant time, so that how long it takes does not tell
    /// which one matched. The newest counts: were an older one recorded where two share a code,
    /// the same code would be right again.
    pub(super) fn newest_match(&self, code: &Code, factors: RangeInclusive<u64>) -> Option<u64> {
        factors.filter(|factor| self.is(code, *factor)).max()
    }

    /// Returns the newest moving factor in the range whose code is the first of a pair, the second
    /// being that of the next one.
    pub(super) fn newest_pair(
        &self,
        [first, second]: &[Code; 2],
        factors: RangeInclusive<u64>,
    ) -> Option<u64> {
        let is_pair = |factor: u64| {
            factor.checked_add(1).is_some_and(|next| self.is(first, factor) & self.is(second, next))
        };
        factors.filter(|factor| is_pair(*factor)).max()
    }

    fn is(&self, code: &Code, factor: u64) -> bool {
        self.0.check(code.expose(), factor).is_some()
    }
}
