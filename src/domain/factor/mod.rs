//! The kinds of factor, one file each: parameters, what is remembered, and how a try is judged.

mod backup_codes;
mod code;
mod hashing;
mod parameters;
mod totp;

pub use backup_codes::{BackupCode, BackupCodes, IssueError};
pub use code::{Code, CodeError};
pub use hashing::{Hashing, HashingError, HeaderError};
pub use parameters::{Algorithm, Digits, Period, TotpError};
pub use totp::Totp;

/// The kind of factor that a credential belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// A time-based one-time password (RFC 6238).
    Totp,
    /// A backup code.
    BackupCode,
}

impl Factor {
    /// Returns the name as JSON and the audit log write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::BackupCode => "backup_code",
        }
    }
}
