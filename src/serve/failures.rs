use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{Throttle, UnixTime};

/// The most that are remembered: a megabyte of them.
const MOST: usize = 4096;

/// The failures of those who have no token, by their network or by the name that they ask about.
///
/// It keeps the machine free, and is forgotten with the process: what is guessed has 80 bits, and an
/// app's own throttle is in the store.
pub(super) struct Failures<K>(Mutex<HashMap<K, Throttle>>);

impl<K> Default for Failures<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq> Failures<K> {
    /// Returns the seconds that the next attempt has to wait, if any.
    pub(super) fn wait(&self, key: &K, now: UnixTime) -> Option<u64> {
        self.known().get(key)?.wait(now)
    }

    /// Counts a failure.
    pub(super) fn count(&self, key: K, now: UnixTime) {
        let mut known = self.known();
        if known.len() >= MOST && !known.contains_key(&key) {
            known.retain(|_, throttle| throttle.wait(now).is_some());
        }
        if known.len() < MOST || known.contains_key(&key) {
            let throttle = known.entry(key).or_default();
            *throttle = throttle.failed(now);
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<K, Throttle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what one subscriber has all of, an IPv6 address standing for its /64 (RFC 6177), or nothing for
/// this machine: behind a proxy that is not trusted, it is everybody.
pub(super) fn network(address: IpAddr) -> Option<IpAddr> {
    let address = Some(address.to_canonical()).filter(|address| !address.is_loopback())?;
    Some(match address {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (!0 << 64)).into(),
        IpAddr::V4(_) => address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fourth_failure_makes_the_next_attempt_wait_and_no_other() {
        let (failures, now) = (Failures::default(), UnixTime(1000));
        for _ in 0..4 {
            assert_eq!(failures.wait(&1, now), None);
            failures.count(1, now);
        }
        assert_eq!((failures.wait(&1, now), failures.wait(&2, now)), (Some(30), None));
        assert_eq!(failures.wait(&1, UnixTime(1030)), None);
    }

    #[test]
    fn the_memory_is_bounded_and_whoever_waits_stays_in_it() {
        let (failures, now) = (Failures::default(), UnixTime(1000));
        (0..4).for_each(|_| failures.count(0, now));
        (0..3 * MOST).for_each(|key| failures.count(key, now));
        assert!(failures.known().len() <= MOST);
        assert!(failures.wait(&0, now).is_some());
    }

    #[test]
    fn an_address_of_ipv6_is_its_network_and_this_machine_is_none() {
        for (address, expected) in [
            ("2001:db8::1:2:3:4", Some("2001:db8::")),
            ("192.0.2.7", Some("192.0.2.7")),
            ("::ffff:192.0.2.7", Some("192.0.2.7")),
            ("127.0.0.1", None),
            ("::1", None),
            ("::ffff:127.0.0.1", None),
        ] {
            let expected = expected.map(|text| text.parse().unwrap());
            assert_eq!(network(address.parse().unwrap()), expected, "{address}");
        }
    }
}
