use super::{Algorithm, Code, Digits, Period};
use crate::domain::{Secret, UnixTime};

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
        self.generator(secret).generate(now.0).to_string()
    }

    /// Returns the newest time step that the code is right for, out of the one at `now` and one on
    /// each side of it (RFC 6238 §5.2: a clock may be one step off).
    ///
    /// All three are computed and compared in constant time, so that how long it takes does not
    /// tell which one matched. The newest counts: were an older one recorded where two steps share
    /// a code, the same code would be right again.
    #[must_use]
    pub fn matching_step(&self, secret: &Secret, code: &Code, now: UnixTime) -> Option<u64> {
        let generator = self.generator(secret);
        let current = self.step(now);
        let window = [current.checked_sub(1), Some(current), current.checked_add(1)];
        let matches = window.map(|step| {
            let step = step?;
            generator.check(code.expose(), step.checked_mul(self.period.get())?).map(|_| step)
        });
        matches.into_iter().flatten().max()
    }

    /// Skew 0, since `check` would stop at the first step that matches; built without the crate's
    /// checks, which refuse the 80-bit secrets that old services issued. Ours came before.
    fn generator(&self, secret: &Secret) -> totp_rs::Totp {
        totp_rs::Builder::new()
            .with_algorithm(self.algorithm.into())
            .with_digits(self.digits.get())
            .with_step_duration(self.period.get())
            .with_skew(0)
            .with_secret(secret.expose_bytes())
            .build_noncompliant()
    }
}
