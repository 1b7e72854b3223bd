use std::str::FromStr;

use super::{BackupCode, Code, CodeError, Factor};

/// A credential that someone presents to be let in.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A code from the phone.
    Code(Code),
    /// A backup code.
    BackupCode(BackupCode),
}

impl Credential {
    /// Returns the factor that it belongs to.
    #[must_use]
    pub fn factor(&self) -> Factor {
        match self {
            Self::Code(_) => Factor::Totp,
            Self::BackupCode(_) => Factor::BackupCode,
        }
    }
}

/// Decides which kind of credential was typed, the only place that does so: 6 to 8 digits are a
/// code, 12 symbols a backup code.
impl FromStr for Credential {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        text.parse().map(Self::Code).or_else(|_| text.parse().map(Self::BackupCode))
    }
}
