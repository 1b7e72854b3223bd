use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{Bounded, UnixTime};

/// A device that answers challenges: a passkey in its browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// What it is called by, as long as it is enrolled.
    pub id: DeviceId,
    /// Its name, as its owner gave it.
    pub name: Bounded<128>,
    /// Its passkey, a public key and a counter, as it is stored for verifying.
    pub passkey: Bounded<3072>,
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
    pub session: Option<SessionDigest>,
}

/// The identifier of a device: 128 random bits, which are no secret.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceId(#[serde(with = "crate::domain::bytes")] pub [u8; 16]);

/// The SHA-256 of what the session in a device's browser is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionDigest(#[serde(with = "crate::domain::bytes")] pub [u8; 32]);

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceId({})", crate::domain::hex(&self.0))
    }
}
