use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::{Bounded, HandleDigest, UnixTime};

/// A device that answers challenges: a passkey in its browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// What it is called by, as long as it is enrolled.
    pub id: DeviceId,
    /// Its name, as its owner gave it.
    pub name: Bounded<128>,
    /// Its passkey, a public key and a counter, as it is stored for verifying.
    pub passkey: Bounded<2560>,
    /// The time of enrolment.
    pub created: UnixTime,
    /// The time at which it last answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<UnixTime>,
    /// Where its browser can be woken, as the browser wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Bounded<1024>>,
    /// The session in its browser, which lists and denies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<HandleDigest>,
}

/// The identifier of a device: 128 random bits, which are no secret.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceId(#[serde(with = "crate::domain::bytes")] pub [u8; 16]);

/// A text that is no identifier of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the identifier of a device has {} hexadecimal digits", 2 * size_of::<DeviceId>())]
pub struct DeviceIdError;

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::domain::hex(&self.0))
    }
}

impl FromStr for DeviceId {
    type Err = DeviceIdError;

    fn from_str(text: &str) -> Result<Self, DeviceIdError> {
        let is_long = text.len() == 2 * size_of::<Self>();
        let value = u128::from_str_radix(text, 16).ok().filter(|_| is_long);
        let id = value.map(|value| Self(value.to_be_bytes()));
        id.filter(|id| id.to_string() == text).ok_or(DeviceIdError)
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceId({})", crate::domain::hex(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_thirty_two_digits_in_lower_case() {
        let id = DeviceId([0x0a; 16]);
        let text = "0a".repeat(16);
        assert_eq!((id.to_string(), text.parse()), (text.clone(), Ok(id)));
        for other in
            ["", "0a", &text.to_uppercase(), &format!("+{}", &text[1..]), &(text.clone() + "0")]
        {
            assert_eq!(other.parse::<DeviceId>(), Err(DeviceIdError), "{other}");
        }
    }
}
