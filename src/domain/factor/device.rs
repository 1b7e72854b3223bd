use std::fmt;

use crate::domain::{Bounded, UnixTime};

/// A device that answers challenges: a passkey in its browser.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub last_used: Option<UnixTime>,
    /// Where its browser can be woken, as the browser wrote it.
    pub subscription: Option<Bounded<1024>>,
    /// The digest of the session in its browser, which lists and denies.
    pub session: Option<[u8; 32]>,
}

/// The identifier of a device: 128 random bits, which are no secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceId(pub [u8; 16]);

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceId({})", crate::domain::hex(&self.0))
    }
}
