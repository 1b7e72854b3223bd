//! How codes of the phone are made: hash, digits and time step.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::quoted;

/// The hash inside the HMAC (RFC 6238 §1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Algorithm {
    /// HMAC-SHA-1.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

/// The number of digits of a code, 6 to 8: RFC 4226 §5.3 asks for at least 6, and knows 7 and 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Digits(u8);

/// The length of a time step in seconds, 5 to 300.
///
/// RFC 6238 §5.2 recommends 30: shorter steps leave little time to type, and longer ones keep an
/// observed code valid for long. Some services that use Authy have 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Period(u64);

/// A parameter that is out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TotpError {
    /// None of SHA1, SHA256 and SHA512.
    #[error("the algorithm is {}, not SHA1, SHA256 or SHA512", quoted(.0))]
    Algorithm(String),
    /// Not 6, 7 or 8.
    #[error("the number of digits is {}, not 6, 7 or 8", quoted(.0))]
    Digits(String),
    /// Not within 5 to 300 seconds.
    #[error("the period is {}, not 5 to 300 seconds", quoted(.0))]
    Period(String),
}

impl From<Algorithm> for totp_rs::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha1 => Self::SHA1,
            Algorithm::Sha256 => Self::SHA256,
            Algorithm::Sha512 => Self::SHA512,
        }
    }
}

impl Algorithm {
    /// Returns the name as provisioning URIs write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = TotpError;

    /// Reads it as apps write it: `SHA1`, `sha-256`, `HmacSHA512`, `Algorithm.sha1`.
    fn from_str(text: &str) -> Result<Self, TotpError> {
        let name = text.to_ascii_uppercase().replace('-', "");
        let name = name.strip_prefix("ALGORITHM.").unwrap_or(&name);
        match name.strip_prefix("HMAC").unwrap_or(name) {
            "SHA1" => Ok(Self::Sha1),
            "SHA256" => Ok(Self::Sha256),
            "SHA512" => Ok(Self::Sha512),
            _ => Err(TotpError::Algorithm(text.into())),
        }
    }
}

impl Digits {
    /// Returns the number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl Period {
    /// Returns the seconds.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Default for Digits {
    fn default() -> Self {
        Self(6)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Default for Period {
    fn default() -> Self {
        Self(30)
    }
}

impl TryFrom<u64> for Digits {
    type Error = TotpError;

    fn try_from(digits: u64) -> Result<Self, TotpError> {
        match u8::try_from(digits) {
            Ok(digits @ 6..=8) => Ok(Self(digits)),
            _ => Err(TotpError::Digits(digits.to_string())),
        }
    }
}

impl TryFrom<u64> for Period {
    type Error = TotpError;

    fn try_from(seconds: u64) -> Result<Self, TotpError> {
        match seconds {
            5..=300 => Ok(Self(seconds)),
            _ => Err(TotpError::Period(seconds.to_string())),
        }
    }
}

impl From<Digits> for u64 {
    fn from(digits: Digits) -> Self {
        digits.0.into()
    }
}

impl From<Period> for u64 {
    fn from(period: Period) -> Self {
        period.0
    }
}

impl FromStr for Digits {
    type Err = TotpError;

    fn from_str(text: &str) -> Result<Self, TotpError> {
        text.parse()
            .ok()
            .and_then(|n: u64| n.try_into().ok())
            .ok_or_else(|| TotpError::Digits(text.into()))
    }
}

impl FromStr for Period {
    type Err = TotpError;

    fn from_str(text: &str) -> Result<Self, TotpError> {
        text.parse()
            .ok()
            .and_then(|n: u64| n.try_into().ok())
            .ok_or_else(|| TotpError::Period(text.into()))
    }
}
