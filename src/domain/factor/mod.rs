//! The kinds of factor, one file each: parameters, what is remembered, and how a try is judged.

mod backup_codes;
mod code;
mod drift;
mod hashing;
mod hotp;
mod moving_factor;
mod otp;
mod parameters;
mod sms;
mod steam;
mod totp;

pub use backup_codes::{BackupCode, BackupCodes, IssueError};
pub use code::{Code, CodeError};
pub use drift::{Drift, DriftError};
pub use hashing::{Hashing, HashingError, HeaderError};
pub use hotp::Hotp;
pub use otp::Otp;
pub use parameters::{Algorithm, Digits, Period, TotpError};
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
}

impl Factor {
    /// Returns the name as JSON and the audit log write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Hotp => "hotp",
            Self::BackupCode => "backup_code",
            Self::Sms => "sms",
        }
    }
}
