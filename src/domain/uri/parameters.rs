use std::str::FromStr;

use zeroize::Zeroizing;

use super::UriError;
use crate::domain::{Hotp, Otp, Totp, TotpError};

/// The parameters of codes, as the URI writes them.
pub(super) struct Parameters {
    pub algorithm: Option<Zeroizing<String>>,
    pub digits: Option<Zeroizing<String>>,
    pub period: Option<Zeroizing<String>>,
    pub counter: Option<Zeroizing<String>>,
}

impl Parameters {
    /// Returns the codes of this kind; one by the clock may have a sign that it is Steam's.
    ///
    /// # Errors
    /// [`UriError`] for another kind, and for a parameter that is missing or out of range.
    pub(super) fn otp(&self, kind: &str, is_steam: bool) -> Result<Otp, UriError> {
        match kind.to_ascii_lowercase().as_str() {
            "totp" if is_steam => Ok(Otp::Steam),
            "totp" => Ok(self.totp()?.into()),
            "hotp" => Ok(self.hotp()?.into()),
            "steam" => Ok(Otp::Steam),
            _ => Err(UriError::Kind(kind.into())),
        }
    }

    fn totp(&self) -> Result<Totp, UriError> {
        let (algorithm, digits) =
            (or_default(self.algorithm.as_ref())?, or_default(self.digits.as_ref())?);
        Ok(Totp { algorithm, digits, period: or_default(self.period.as_ref())? })
    }

    fn hotp(&self) -> Result<Hotp, UriError> {
        let counter = self.counter.as_ref().and_then(|text| text.trim().parse().ok());
        Ok(Hotp {
            algorithm: or_default(self.algorithm.as_ref())?,
            digits: or_default(self.digits.as_ref())?,
            counter: counter.ok_or(UriError::Counter)?,
            types_identifier: false,
        })
    }
}

fn or_default<T>(text: Option<&Zeroizing<String>>) -> Result<T, TotpError>
where
    T: Default + FromStr<Err = TotpError>,
{
    text.map_or(Ok(T::default()), |text| text.parse())
}
