//! The kinds of factor, one file each: parameters, what is remembered, and how a try is judged.

mod backup_codes;
mod challenge;
mod code;
mod device;
mod drift;
mod hashing;
mod hotp;
mod invitation;
mod moving_factor;
mod otp;
mod parameters;
mod push;
#[cfg(test)]
pub(in crate::domain) mod samples;
mod sms;
mod steam;
mod totp;

pub use backup_codes::{BackupCode, BackupCodes, IssueError, MOST_BACKUP_CODES};
pub use challenge::{
    ANSWERED_WITHIN, Answer, Challenge, ChallengeId, Number, NumberError, Progress, Question,
    REDEEMED_WITHIN,
};
pub use code::{Code, CodeError};
pub use device::{Device, DeviceId, DeviceIdError};
pub use drift::{Drift, DriftError};
pub use hashing::{Hashing, HashingError, HeaderError};
pub use hotp::Hotp;
pub use invitation::{Begun, INVITED_FOR, Invitation};
pub use otp::Otp;
pub use parameters::{Algorithm, Digits, Period, TotpError};
pub use push::{Approval, MOST_DEVICES, Push, TooManyDevices};
pub(crate) use sms::code as sms_code;
pub use sms::{Pending, SMS_APART, SMS_TRIES, SMS_VALID, Sent, Sms};
pub use totp::Totp;

/// The kind of factor that a credential belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// A time-based one-time password (RFC 6238).
    Totp,
    /// A one-time password by counter (RFC 4226).
    Hotp,
    /// A backup code.
    BackupCode,
    /// A code by SMS.
    Sms,
    /// An approval on a device.
    Push,
}

impl Factor {
    /// All factors.
    #[cfg(feature = "remote")]
    const ALL: [Self; 5] = [Self::Totp, Self::Hotp, Self::BackupCode, Self::Sms, Self::Push];

    /// Returns the factor of this name, if this version knows it.
    #[cfg(feature = "remote")]
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.name() == name)
    }

    /// Returns the name as JSON and the audit log write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Hotp => "hotp",
            Self::BackupCode => "backup_code",
            Self::Sms => "sms",
            Self::Push => "push",
        }
    }
}
