use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;

use crate::config::Origin;
use crate::domain::{ClockError, UnixTime};

/// How a service is reached, and by whom it is believed to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address under which people and programs reach it.
    pub origin: Origin,
    /// The address that it listens on.
    pub listen: SocketAddr,
    /// The socket that it listens on instead.
    pub socket: Option<PathBuf>,
    /// The address for its metrics, in the format of Prometheus.
    pub metrics: Option<SocketAddr>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The number of backup codes that are made unless a request names another.
    pub backup_codes: u8,
}

/// What the service takes from the outside world.
#[derive(Clone, Copy)]
pub struct World {
    /// A function that returns the time.
    pub clock: fn() -> Result<UnixTime, ClockError>,
    /// A function that fills bytes from the system's random generator.
    pub random: fn(&mut [u8]) -> io::Result<()>,
    /// A function that writes a line of the service's own log.
    pub log: fn(&str),
    /// The number of the user as whom it runs.
    pub uid: u32,
}
