use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;

use super::error::Mistake;
use super::section::Section;

/// What the configuration says of the service alone.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ServiceConfig {
    /// The socket that it listens on instead of an address.
    pub socket: Option<PathBuf>,
    /// The address for its metrics.
    pub metrics: Option<SocketAddr>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The policy that says how many backup codes are made.
    pub policy: Option<PathBuf>,
}

/// Takes out the keys of the service; the files that it names are relative to a folder.
pub(super) fn read(top: &mut Section<'_>, folder: &Path) -> Result<ServiceConfig, Mistake> {
    Ok(ServiceConfig {
        socket: top.text("socket")?.map(|found| folder.join(found.it)),
        metrics: top.parsed("metrics")?,
        trusted_proxies: networks(top)?,
        policy: top.text("policy")?.map(|found| folder.join(found.it)),
    })
}

fn networks(top: &mut Section<'_>) -> Result<Vec<IpNet>, Mistake> {
    const KEY: &str = "trusted_proxies";
    let texts = top.texts(KEY, "a list of networks")?;
    texts.into_iter().map(|found| found.parsed(KEY)).collect()
}
