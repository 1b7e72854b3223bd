use serde::{Deserialize, Serialize};

use crate::domain::{Bounded, HandleDigest, UnixTime};

/// The seconds for which a link that enrols a device is good: enough to fetch the phone and to scan the
/// code, and too few to find it in a history.
pub const INVITED_FOR: u64 = 600;

/// A link by which one device can be enrolled, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// The digest of what the link ends with.
    pub digest: HandleDigest,
    /// The time at which it was made.
    pub made: UnixTime,
    /// What a browser has begun with it, once a code was right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<Begun>,
}

/// An enrolment that a browser has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// The name of the device.
    pub name: Bounded<128>,
    /// What the new passkey is verified against.
    pub registration: Bounded<2048>,
}

impl Invitation {
    /// Reports whether this link is the one with this digest, and still good: neither too old nor, by a
    /// clock that was set back, of an age that nobody knows.
    #[must_use]
    pub fn is_good(&self, digest: &HandleDigest, now: UnixTime) -> bool {
        let ends = UnixTime(self.made.0.saturating_add(INVITED_FOR));
        self.digest == *digest && (self.made..ends).contains(&now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_good_for_ten_minutes_and_not_before_it_was_made() {
        let digest = HandleDigest([1; 32]);
        let link = Invitation { digest, made: UnixTime(1000), begun: None };
        for (now, good) in [(999, false), (1000, true), (1599, true), (1600, false)] {
            assert_eq!(link.is_good(&digest, UnixTime(now)), good, "{now}");
        }
        assert!(!link.is_good(&HandleDigest([2; 32]), UnixTime(1000)));
    }
}
