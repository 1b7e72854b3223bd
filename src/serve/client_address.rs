use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::IpNet;

/// Returns the address of whoever sent a request: of the last hop that is no trusted proxy.
///
/// Each proxy adds the address of the one before it at the end of `X-Forwarded-For`, and whoever is not
/// trusted can write what they like before that.
pub(super) fn client_address(
    peer: Option<IpAddr>,
    headers: &HeaderMap,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    // Who comes by a socket of this machine is a proxy, if any is trusted.
    let mut address = peer.map(|peer| peer.to_canonical());
    if address.is_some_and(|peer| !is_trusted(&peer)) || trusted.is_empty() {
        return address;
    }
    let told = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = told.flat_map(|value| value.split(',')).map(str::trim).collect();
    for hop in hops.into_iter().rev() {
        let Ok(hop) = hop.parse::<IpAddr>() else { break };
        address = Some(hop.to_canonical());
        if !is_trusted(&hop.to_canonical()) {
            break;
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(peer: &str, hops: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for hop in hops {
            headers.append("x-forwarded-for", hop.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let address = client_address(peer.parse().ok(), &headers, &trusted);
        address.map_or_else(|| "-".into(), |address| address.to_string())
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_of_the_hop_before_it() {
        let local = &["127.0.0.0/8"];
        assert_eq!(told("203.0.113.7", &["198.51.100.1"], local), "203.0.113.7");
        assert_eq!(told("127.0.0.1", &["198.51.100.1"], &[]), "127.0.0.1");
        assert_eq!(told("127.0.0.1", &["198.51.100.1"], local), "198.51.100.1");
        assert_eq!(told("127.0.0.1", &["10.0.0.1, 198.51.100.1"], local), "198.51.100.1");
        assert_eq!(told("127.0.0.1", &["10.0.0.1", "198.51.100.1"], local), "198.51.100.1");
        assert_eq!(told("127.0.0.1", &["198.51.100.1, 127.0.0.2"], local), "198.51.100.1");
        assert_eq!(told("127.0.0.1", &[], local), "127.0.0.1");
        assert_eq!(told("127.0.0.1", &["198.51.100.1, nobody"], local), "127.0.0.1");
        assert_eq!(told("-", &["198.51.100.1"], local), "198.51.100.1");
        assert_eq!(told("-", &["198.51.100.1"], &[]), "-");
        assert_eq!(told("::ffff:127.0.0.1", &["2001:db8::1"], local), "2001:db8::1");
    }
}
