use std::str::FromStr;

use super::{BackupCode, Code, CodeError};

/// Is what someone presents to be let in.
#[derive(Clone, Debug)]
pub enum Presented {
    /// A code of the phone.
    Code(Code),
    /// A backup code.
    Backup(BackupCode),
}

/// Names what a code is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// A time-based one-time password.
    Totp,
    /// A backup code.
    BackupCode,
}

impl Presented {
    /// Tells what it is of.
    #[must_use]
    pub fn factor(&self) -> Factor {
        match self {
            Self::Code(_) => Factor::Totp,
            Self::Backup(_) => Factor::BackupCode,
        }
    }
}

impl Factor {
    /// Gives the name that JSON and the audit log have for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::BackupCode => "backup_code",
        }
    }
}

/// Takes 6 to 8 digits for a code, 12 symbols for a backup code.
impl FromStr for Presented {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        text.parse().map(Self::Code).or_else(|_| text.parse().map(Self::Backup))
    }
}
