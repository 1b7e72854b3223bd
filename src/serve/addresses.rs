use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{Throttle, UnixTime};

/// The most addresses that are remembered: a megabyte of them.
const MOST: usize = 4096;

/// The failures of those who have no token, by their address.
///
/// It keeps the machine free, and is forgotten with the process: what is guessed has 80 bits, and the
/// app's own throttle is in the store.
#[derive(Default)]
pub(super) struct Addresses(Mutex<HashMap<IpAddr, Throttle>>);

impl Addresses {
    /// Returns the seconds to wait for an address, if any.
    ///
    /// This machine's waits for nobody: behind a proxy that is not trusted, it is everybody's.
    pub(super) fn wait(&self, address: Option<IpAddr>, now: UnixTime) -> Option<u64> {
        let address = address.filter(|address| !address.is_loopback())?;
        self.known().get(&network(address))?.wait(now)
    }

    /// Counts a failure.
    pub(super) fn failed(&self, address: Option<IpAddr>, now: UnixTime) {
        let Some(address) = address.map(network) else { return };
        let mut known = self.known();
        if known.len() >= MOST && !known.contains_key(&address) {
            known.retain(|_, throttle| throttle.wait(now).is_some());
        }
        if known.len() < MOST || known.contains_key(&address) {
            let throttle = known.entry(address).or_default();
            *throttle = throttle.after_failure(now);
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<IpAddr, Throttle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what one subscriber has all of: an IPv6 address stands for its /64 (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (!0 << 64)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_fourth_failure_of_an_address_makes_it_wait_and_no_other() {
        let (addresses, now) = (Addresses::default(), UnixTime(1000));
        for _ in 0..4 {
            assert_eq!(addresses.wait(Some(address("2001:db8::1")), now), None);
            addresses.failed(Some(address("2001:db8::1")), now);
        }
        assert_eq!(addresses.wait(Some(address("2001:db8::2")), now), Some(30));
        assert_eq!(addresses.wait(Some(address("2001:db8:1::1")), now), None);
        assert_eq!(addresses.wait(Some(address("2001:db8::1")), UnixTime(1030)), None);
    }

    #[test]
    fn this_machine_waits_for_nobody_and_the_memory_is_bounded() {
        let (addresses, now) = (Addresses::default(), UnixTime(1000));
        for _ in 0..9 {
            addresses.failed(Some(address("127.0.0.1")), now);
        }
        assert_eq!(addresses.wait(Some(address("127.0.0.1")), now), None);
        for number in 0..2 * u32::try_from(MOST).unwrap() {
            addresses.failed(Some(IpAddr::V4(number.into())), now);
        }
        assert!(addresses.known().len() <= MOST);
    }
}
