use super::{Algorithm, Factor, Hotp, Totp, hotp, steam};
use crate::domain::{DISABLE_AFTER, Secret, UnixTime};

/// How an app makes its codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otp {
    /// By the clock.
    Totp(Totp),
    /// By a counter.
    Hotp(Hotp),
    /// By the clock, in five letters and digits: Steam Guard, which is shown but never verified.
    Steam,
}

impl From<Totp> for Otp {
    fn from(totp: Totp) -> Self {
        Self::Totp(totp)
    }
}

impl From<Hotp> for Otp {
    fn from(hotp: Hotp) -> Self {
        Self::Hotp(hotp)
    }
}

impl Otp {
    /// Returns the name of the kind, as URIs, JSON and the store write it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Totp(_) => "totp",
            Self::Hotp(_) => "hotp",
            Self::Steam => "steam",
        }
    }

    /// Returns the factor that its codes are.
    #[must_use]
    pub fn factor(&self) -> Factor {
        match self {
            Self::Totp(_) | Self::Steam => Factor::Totp,
            Self::Hotp(_) => Factor::Hotp,
        }
    }

    /// Returns the hash inside the HMAC.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Totp(totp) => totp.algorithm,
            Self::Hotp(hotp) => hotp.algorithm,
            Self::Steam => Algorithm::Sha1,
        }
    }

    /// Returns the number of characters of a code.
    #[must_use]
    pub fn digits(&self) -> u8 {
        match self {
            Self::Totp(totp) => totp.digits.get(),
            Self::Hotp(hotp) => hotp.digits.get(),
            Self::Steam => steam::LENGTH,
        }
    }

    /// Returns the length of a time step in seconds, or `None` for codes by counter.
    #[must_use]
    pub fn period(&self) -> Option<u64> {
        self.by_clock().map(|totp| totp.period.get())
    }

    /// Returns the counter of the next code, or `None` for codes by the clock.
    #[must_use]
    pub fn counter(&self) -> Option<u64> {
        if let Self::Hotp(hotp) = self { Some(hotp.counter) } else { None }
    }

    /// Returns the seconds until the next code at `now`, or `None` for codes by counter.
    #[must_use]
    pub fn seconds_left(&self, now: UnixTime) -> Option<u64> {
        self.by_clock().map(|totp| totp.seconds_left(now))
    }

    /// Returns the code that is current at `now`, or `None` for codes by counter.
    #[must_use]
    pub fn code_at(&self, secret: &Secret, now: UnixTime) -> Option<String> {
        match self {
            Self::Totp(totp) => Some(totp.code(secret, now)),
            Self::Steam => Some(steam::code(secret, now)),
            Self::Hotp(_) => None,
        }
    }

    /// Returns the number of failures in a row that disables the app.
    #[must_use]
    pub fn disable_after(&self) -> u32 {
        match self {
            Self::Hotp(_) => hotp::DISABLE_AFTER,
            Self::Totp(_) | Self::Steam => DISABLE_AFTER,
        }
    }

    fn by_clock(&self) -> Option<Totp> {
        match self {
            Self::Totp(totp) => Some(*totp),
            Self::Steam => Some(Totp::default()),
            Self::Hotp(_) => None,
        }
    }
}
