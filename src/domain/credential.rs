use std::str::FromStr;

use super::{Account, Approval, BackupCode, Code, CodeError, Otp};

/// A credential that someone presents to be let in.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A code from the phone app, or one by SMS.
    Code(Code),
    /// A backup code.
    BackupCode(BackupCode),
    /// A challenge that a device has approved.
    Approval(Approval),
}

impl Credential {
    /// Checks that the app can have it, before it is judged: a code as long as the phone app's, or as
    /// those by SMS once one was sent.
    ///
    /// # Errors
    /// [`CodeError`] if not; it is no failure then.
    pub fn check(&self, account: &Account) -> Result<(), CodeError> {
        let otp = &account.otp;
        match (otp, self) {
            (_, Self::Approval(_)) => Ok(()),
            (_, Self::Code(code)) if account.takes_sms() && code.check_sms().is_ok() => Ok(()),
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
