//! Which hosts are this machine.

use std::net::IpAddr;

/// Reports whether a host of a URL is this machine, where nobody listens on the way.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}
