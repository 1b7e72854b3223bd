use constant_time_eq::constant_time_eq_32;

use super::{Device, Location};
use crate::domain::{EnrolmentId, UnixTime, hmac_sha256};

/// The time for which a device or a location is remembered, in seconds from the code with which it
/// was: 30 days (NIST SP 800-63B-4 §2.1.3 has everybody authenticate again after 30 days at the
/// latest).
pub const REMEMBERED_FOR: u64 = 30 * 24 * 60 * 60;

/// The number of devices, and of locations, that are remembered at most.
pub const MOST: usize = 20;

/// What a policy remembers of a name, enrolled or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyMemory {
    /// The time of the first check, at which the grace period began.
    pub first_seen: Option<UnixTime>,
    /// The latest time at which the name was checked without being enrolled; a clock set back does
    /// not go behind it.
    pub latest: Option<UnixTime>,
    /// Whether an app of this name was ever enrolled, which ends the grace period for good.
    pub ever_enrolled: bool,
    /// What came with accepted codes.
    pub remembered: Option<Remembered>,
}

/// The devices and locations of one enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The enrolment that they belong to; under any other they count as new.
    pub enrolment: EnrolmentId,
    /// The salt of the digests.
    pub salt: Salt,
    /// The devices.
    pub devices: Vec<Seen>,
    /// The locations.
    pub locations: Vec<Seen>,
}

/// The key of the digests of one name, so that equal devices of two people do not look alike.
pub type Salt = [u8; 32];

/// A device or a location, and when a code was accepted with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The HMAC-SHA-256 of its kind and name under the salt.
    pub digest: [u8; 32],
    /// The time at which it was remembered.
    pub at: UnixTime,
}

/// What to remember once a code is accepted.
#[derive(Clone, Debug)]
pub struct Remember {
    /// The device.
    pub device: Option<Device>,
    /// The location.
    pub location: Option<Location>,
    /// A random id for an enrolment that has none yet.
    pub enrolment: EnrolmentId,
    /// A random salt for a memory that has none yet.
    pub salt: Salt,
}

impl PolicyMemory {
    /// Returns the memory after a check of somebody who is enrolled.
    pub(super) fn enrolled(&self, now: UnixTime) -> Self {
        let first_seen = self.first_seen.or(Some(now));
        Self { first_seen, ever_enrolled: true, ..self.clone() }
    }

    /// Returns the memory after a check of somebody who is not.
    pub(super) fn not_enrolled(&self, now: UnixTime) -> Self {
        let first_seen = self.first_seen.or(Some(now));
        Self { first_seen, latest: self.latest.max(Some(now)), ..self.clone() }
    }

    /// Reports whether a device was remembered with this enrolment, and recently enough.
    pub(super) fn knows_device(
        &self,
        device: &Device,
        enrolment: Option<EnrolmentId>,
        now: UnixTime,
    ) -> bool {
        self.of(enrolment).is_some_and(|known| {
            is_known(&known.devices, &digest(&known.salt, DEVICE, device.as_str()), now)
        })
    }

    /// Reports whether a location was remembered with this enrolment, and recently enough.
    pub(super) fn knows_location(
        &self,
        location: &Location,
        enrolment: Option<EnrolmentId>,
        now: UnixTime,
    ) -> bool {
        self.of(enrolment).is_some_and(|known| {
            is_known(&known.locations, &digest(&known.salt, LOCATION, location.as_str()), now)
        })
    }

    fn of(&self, enrolment: Option<EnrolmentId>) -> Option<&Remembered> {
        self.remembered.as_ref().filter(|known| Some(known.enrolment) == enrolment)
    }

    /// Remembers what came with a code that was accepted for this enrolment at `now`; only the gate
    /// may call it.
    pub(crate) fn remember(&self, enrolment: EnrolmentId, new: &Remember, now: UnixTime) -> Self {
        let fresh =
            || Remembered { enrolment, salt: new.salt, devices: Vec::new(), locations: Vec::new() };
        let mut known = self.of(Some(enrolment)).cloned().unwrap_or_else(fresh);
        let salt = known.salt;
        if let Some(device) = &new.device {
            note(&mut known.devices, digest(&salt, DEVICE, device.as_str()), now);
        }
        if let Some(location) = &new.location {
            note(&mut known.locations, digest(&salt, LOCATION, location.as_str()), now);
        }
        Self { ever_enrolled: true, remembered: Some(known), ..self.clone() }
    }

    /// Forgets the devices and locations alone.
    #[must_use]
    pub fn without_remembered(&self) -> Self {
        Self { remembered: None, ..self.clone() }
    }

    /// Returns what stays once the app is removed.
    #[must_use]
    pub(crate) fn removed(&self) -> Self {
        Self { ever_enrolled: true, ..self.without_remembered() }
    }

    /// Returns what a name remembers once an app that had this memory is renamed to it, which
    /// renews nothing that `there`, its own memory, says.
    pub(crate) fn renamed_over(self, there: &Self) -> Self {
        Self { ever_enrolled: true, ..self.moved_over(there) }
    }

    /// Returns what a name remembers once this memory of another store is moved to it, likewise.
    #[must_use]
    pub fn moved_over(self, there: &Self) -> Self {
        let first_seen = [self.first_seen, there.first_seen].into_iter().flatten().min();
        let ever_enrolled = self.ever_enrolled || there.ever_enrolled;
        Self { first_seen, latest: self.latest.max(there.latest), ever_enrolled, ..self }
    }
}

/// The kinds of what is remembered, so that no name of one is taken for the other's.
const DEVICE: &[u8] = b"device";
const LOCATION: &[u8] = b"location";

fn digest(salt: &Salt, kind: &[u8], name: &str) -> [u8; 32] {
    *hmac_sha256(salt, &[kind, b"\0", name.as_bytes()])
}

/// Looks for a digest, in the same time wherever it stands.
fn is_known(seen: &[Seen], digest: &[u8; 32], now: UnixTime) -> bool {
    seen.iter().fold(false, |known, seen| {
        known | (constant_time_eq_32(&seen.digest, digest) && seen.is_recent(now))
    })
}

impl Seen {
    /// Reports whether it counts at `now`; what is dated ahead of the clock does not.
    fn is_recent(&self, now: UnixTime) -> bool {
        now.0.checked_sub(self.at.0).is_some_and(|age| age < REMEMBERED_FOR)
    }
}

/// Adds a digest, and drops what is too old or too much: what is dated ahead of the clock first, or
/// it would stand in the way of everything until then.
fn note(seen: &mut Vec<Seen>, digest: [u8; 32], now: UnixTime) {
    seen.retain(|old| old.digest != digest && (old.at > now || old.is_recent(now)));
    seen.push(Seen { digest, at: now });
    seen.sort_by_key(|seen| (seen.at <= now, seen.at));
    seen.drain(..seen.len().saturating_sub(MOST));
}
