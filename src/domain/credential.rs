use std::str::FromStr;

use super::{BackupCode, Code, CodeError, Factor};

/// What someone presents to be let in.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A code of the phone.
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

/// Decides what was typed at a prompt that takes several kinds, the only place that does: 6 to 8
/// digits are a code, 12 symbols a backup code.
impl FromStr for Credential {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        text.parse().map(Self::Code).or_else(|_| text.parse().map(Self::BackupCode))
    }
}
