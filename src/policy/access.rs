use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// What somebody wants to do, and from where, as the caller tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Whether it is a service account, a program without a phone.
    pub is_service_account: bool,
    /// The device, if the caller knows it; else it counts as new.
    pub device: Option<Device>,
    /// The location, if the caller knows it; else it counts as new.
    pub location: Option<Location>,
    /// The caller's name for what is to be done, if it is sensitive.
    pub sensitive: Option<String>,
}

/// An id of a device, which the caller vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device(String);

/// A network, or a caller's label of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location(String);

/// The limit on the length of a device's id or of a label in bytes: twice the longest fingerprint in
/// use, SHA-512 in hexadecimal.
const LONGEST: usize = 256;

/// The reasons why a text names neither a device nor a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing, or spaces alone, as an unset variable gives it.
    #[error("it is empty")]
    Empty,
    /// More than 256 bytes.
    #[error("it is longer than 256 bytes")]
    TooLong,
    /// A control character.
    #[error("it holds a control character")]
    Control,
}

impl Device {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Device {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        expect_name(text).map(|()| Self(text.into()))
    }
}

impl Location {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a location: an address stands for its network, since the next one of the same place may
/// differ; all else is a label.
impl FromStr for Location {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        expect_name(text)?;
        let (address, length) =
            text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let network = address.parse().ok().and_then(|address| network(address, length));
        Ok(Self(network.unwrap_or_else(|| text.into())))
    }
}

/// Returns the network of an address, or `None` if the length of its prefix is none.
///
/// Without a length it is the /24 of an IPv4 address, the least that is routed on its own, and the
/// /48 of an IPv6 address, what one site is given (RFC 6177 §2).
fn network(address: IpAddr, length: Option<&str>) -> Option<String> {
    let (most, usual): (u32, u32) = match address.to_canonical() {
        IpAddr::V4(_) => (32, 24),
        IpAddr::V6(_) => (128, 48),
    };
    let length = match length {
        // Whoever writes it in another way may mean something else.
        Some(text) => text.parse().ok().filter(|length: &u32| length.to_string() == text)?,
        None => usual,
    };
    let others = most.checked_sub(length)?;
    let network: IpAddr = match address.to_canonical() {
        IpAddr::V4(v4) => {
            Ipv4Addr::from_bits(cut(v4.to_bits().into(), others).try_into().ok()?).into()
        }
        IpAddr::V6(v6) => Ipv6Addr::from_bits(cut(v6.to_bits(), others)).into(),
    };
    Some(format!("{network}/{length}"))
}

/// Clears the lowest bits of an address.
fn cut(address: u128, bits: u32) -> u128 {
    address & u128::MAX.checked_shl(bits).unwrap_or_default()
}

fn expect_name(text: &str) -> Result<(), TextError> {
    if text.trim().is_empty() {
        Err(TextError::Empty)
    } else if text.len() > LONGEST {
        Err(TextError::TooLong)
    } else if text.chars().any(char::is_control) {
        Err(TextError::Control)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_its_network_and_all_else_is_a_label() {
        for (text, location) in [
            ("203.0.113.7", "203.0.113.0/24"),
            ("::ffff:203.0.113.7", "203.0.113.0/24"),
            ("203.0.113.7/16", "203.0.0.0/16"),
            ("203.0.113.7/32", "203.0.113.7/32"),
            ("203.0.113.7/0", "0.0.0.0/0"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("2001:DB8:1:2::3/64", "2001:db8:1:2::/64"),
            ("::1/0", "::/0"),
            ("203.0.113.7/33", "203.0.113.7/33"),
            ("203.0.113.7/", "203.0.113.7/"),
            ("203.0.113.7/024", "203.0.113.7/024"),
            ("203.0.113.07", "203.0.113.07"),
            ("203.0.113.7:22", "203.0.113.7:22"),
            ("fe80::1%eth0", "fe80::1%eth0"),
            ("office/2", "office/2"),
            ("Head Office", "Head Office"),
        ] {
            assert_eq!(text.parse(), Ok(Location(location.into())), "{text}");
        }
    }

    #[test]
    fn what_an_unset_variable_gives_names_no_device() {
        assert_eq!("".parse::<Device>(), Err(TextError::Empty));
        assert_eq!(" ".parse::<Location>(), Err(TextError::Empty));
        assert_eq!("a\nb".parse::<Device>(), Err(TextError::Control));
        assert_eq!("a".repeat(257).parse::<Location>(), Err(TextError::TooLong));
        assert_eq!("a".repeat(256).parse::<Device>(), Ok(Device("a".repeat(256))));
    }
}
