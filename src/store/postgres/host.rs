//! The servers that a URL names.

use super::url::{PostgresUrlError, decoded, wrong};
use crate::loopback::is_loopback;

/// The port of a server that names none.
const PORT: u16 = 5432;

/// A server: its name, or the folder of its socket, and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) port: u16,
}

impl Host {
    /// Reports whether it is reached through a socket of this machine.
    pub(super) fn is_socket(&self) -> bool {
        self.name.starts_with('/')
    }

    /// Reports whether nobody listens on the way.
    pub(super) fn is_this_machine(&self) -> bool {
        self.is_socket() || is_loopback(&self.name)
    }
}

/// Reads the servers in front of the database, or else those of the parameters `host` and `port`.
pub(super) fn parsed(
    authority: &str,
    host: Option<String>,
    port: Option<&str>,
) -> Result<Vec<Host>, PostgresUrlError> {
    match (authority, host) {
        ("", None) => Err(wrong("it names no host: for a socket, host=/run/postgresql")),
        ("", Some(names)) => {
            let port = port.map_or(Ok(PORT), number)?;
            let host = |name: &str| Host { name: name.into(), port };
            named(names.split(',').map(host).collect())
        }
        (_, None) if port.is_none() => {
            named(authority.split(',').map(one).collect::<Result<_, _>>()?)
        }
        _ => Err(wrong("hosts and ports stand in front of the database, or are parameters")),
    }
}

fn named(hosts: Vec<Host>) -> Result<Vec<Host>, PostgresUrlError> {
    if hosts.iter().any(|host| host.name.is_empty()) {
        return Err(wrong("it names a host without a name"));
    }
    Ok(hosts)
}

/// Reads `name`, `name:port`, `[address]` or `[address]:port`.
fn one(text: &str) -> Result<Host, PostgresUrlError> {
    let (name, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((address, port))) => (address, port.strip_prefix(':').or(Some(port))),
        Some(None) => return Err(wrong("it names an address without a ]")),
        None => text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port))),
    };
    let port = port.filter(|port| !port.is_empty()).map_or(Ok(PORT), number)?;
    Ok(Host { name: decoded(name)?, port })
}

fn number(text: &str) -> Result<u16, PostgresUrlError> {
    text.parse().ok().filter(|port| *port > 0).ok_or_else(|| wrong("it names a port that is none"))
}
