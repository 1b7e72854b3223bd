use std::str::FromStr;

use super::{BackupCode, Code, CodeError, Factor, Otp};

/// A credential that someone presents to be let in.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A code from the phone.
    Code(Code),
    /// A backup code.
    BackupCode(BackupCode),
}

impl Credential {
    /// Returns the factor that it belongs to in an app with codes of this kind.
    #[must_use]
    pub fn factor(&self, otp: &Otp) -> Factor {
        match self {
            Self::Code(_) => otp.factor(),
            Self::BackupCode(_) => Factor::BackupCode,
        }
    }

    /// Checks that an app with codes of this kind can have it, before it is judged.
    ///
    /// # Errors
    /// [`CodeError`] if not; it is no failure then.
    pub fn check(&self, otp: &Otp) -> Result<(), CodeError> {
        match (otp, self) {
            (Otp::Steam, _) => Err(CodeError::Steam),
            (_, Self::Code(code)) => code.check(otp),
            (_, Self::BackupCode(_)) => Ok(()),
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
