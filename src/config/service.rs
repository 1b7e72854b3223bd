use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;

use super::error::Mistake;
use super::section::{Found, Section};
use crate::domain::quoted;
use crate::serve::Origin;

/// How the service is reached, as far as the configuration says it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ServiceConfig {
    /// The address under which people and programs reach it.
    pub origin: Option<Origin>,
    /// The address that it listens on.
    pub listen: Option<SocketAddr>,
    /// The socket that it listens on instead.
    pub socket: Option<PathBuf>,
    /// The address for its figures.
    pub metrics: Option<SocketAddr>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The policy that says how many backup codes are made.
    pub policy: Option<PathBuf>,
}

/// The port of a service that says nothing else.
const PORT: u16 = 8080;

impl ServiceConfig {
    /// Returns the address that it listens on, unless it is a socket.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, PORT).into())
    }

    /// Returns the address under which it is reached: this machine's, unless another is named.
    #[must_use]
    pub fn reached_at(&self) -> Origin {
        self.origin.clone().unwrap_or_else(|| Origin::local(self.address().port()))
    }
}

pub(super) fn read(top: &mut Section<'_>) -> Result<ServiceConfig, Mistake> {
    Ok(ServiceConfig {
        origin: value(top, "origin")?,
        listen: value(top, "listen")?,
        socket: top.text("socket")?.map(|found| found.it.into()),
        metrics: value(top, "metrics")?,
        trusted_proxies: networks(top)?,
        policy: top.text("policy")?.map(|found| found.it.into()),
    })
}

/// Takes out a text that says something else.
fn value<T: FromStr<Err: Display>>(top: &mut Section<'_>, key: &str) -> Result<Option<T>, Mistake> {
    top.text(key)?.map(|Found { at, it }| parsed(at, key, &it)).transpose()
}

fn networks(top: &mut Section<'_>) -> Result<Vec<IpNet>, Mistake> {
    const KEY: &str = "trusted_proxies";
    let texts = top.texts(KEY, "a list of networks")?;
    texts.into_iter().map(|Found { at, it }| parsed(at, KEY, &it)).collect()
}

fn parsed<T: FromStr<Err: Display>>(at: usize, key: &str, text: &str) -> Result<T, Mistake> {
    text.parse().map_err(|why| Mistake::new(at, format!("{}: {why}", quoted(key))))
}
