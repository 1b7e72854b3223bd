//! Reading `config.toml` into values that are right once they exist.

mod error;
mod form;
mod notify;
mod origin;
mod push;
mod section;
#[cfg(feature = "service")]
mod service;
mod sms;
mod twilio;
mod url;
mod value;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use toml::de::DeTable;

pub use error::{ConfigError, Position};
pub use origin::{Origin, OriginError};
#[cfg(feature = "service")]
pub use service::ServiceConfig;
pub use sms::SmsConfig;

use crate::send::{Notifier, WebPush};
use crate::store::trusted_file::{Readers, read_trusted};
use crate::store::{Folder, Place, StoreError};
use error::Mistake;
use section::Section;

/// What the store's `config.toml` says.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Config {
    /// The section `[sms]`, if there is one.
    pub sms: Option<SmsConfig>,
    /// The section `[push]`, if there is one: what wakes the browsers of devices.
    pub push: Option<WebPush>,
    /// The section `[notify]`, if there is one: what tells the owner that a device is asked.
    pub notify: Option<Notifier>,
    /// The address under which people and programs reach the service.
    pub origin: Option<Origin>,
    /// The address that the service listens on.
    pub listen: Option<SocketAddr>,
    /// What else it says of the service.
    #[cfg(feature = "service")]
    pub service: ServiceConfig,
}

/// The folder that the names of secrets' files are relative to.
#[derive(Clone, Copy)]
struct Base<'a> {
    folder: &'a Path,
    /// Whether a secret in that folder is believed, where no MAC of a key guards it.
    believes_plain: bool,
}

/// The port of a service that says nothing else.
const PORT: u16 = 8080;

impl Config {
    /// Returns the address that the service listens on, unless it is a socket.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, PORT).into())
    }

    /// Returns the address under which the service is reached: this machine's, unless another is named.
    #[must_use]
    pub fn reached_at(&self) -> Origin {
        self.origin.clone().unwrap_or_else(|| Origin::local(self.address().port()))
    }

    /// Reads the configuration of a store; without a file it is empty.
    ///
    /// # Errors
    /// [`ConfigError`] if the file or one that it names cannot be trusted or read, or something in
    /// it is wrong.
    pub fn load(store: &Folder) -> Result<Self, ConfigError> {
        let Some(text) = store.config()? else { return Ok(Self::default()) };
        let base = Base { folder: store.root(), believes_plain: store.believes_plain() };
        let place = || Place::from(store.root().join(Folder::CONFIG));
        read(&text, base).map_err(|mistake| mistake.found_in(&text, place()))
    }

    /// Reads the configuration in another file, which nobody but its owner can read: ours or root's.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let bytes = read_trusted(path, Readers::Owner)?;
        let damaged = || StoreError::Damaged { place: path.into(), why: "it is not UTF-8".into() };
        let text = str::from_utf8(&bytes).map_err(|_| damaged())?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let base = Base { folder, believes_plain: true };
        read(text, base).map_err(|mistake| mistake.found_in(text, path.into()))
    }
}

/// The keys that only a build with the service reads.
#[cfg(not(feature = "service"))]
const OF_SERVICE: [&str; 4] = ["socket", "metrics", "trusted_proxies", "policy"];

fn read(text: &str, base: Base<'_>) -> Result<Config, Mistake> {
    let table = DeTable::parse(text).map_err(|error| Mistake::syntax(&error))?;
    let mut top = Section::top(table);
    let sms = top.section("sms")?.map(|section| sms::read(section, base)).transpose()?;
    let push = top.section("push")?.map(|section| push::read(section, base)).transpose()?;
    let notify = top.section("notify")?.map(|section| notify::read(section, base)).transpose()?;
    let (origin, listen) = (top.parsed("origin")?, top.parsed("listen")?);
    #[cfg(feature = "service")]
    let service = service::read(&mut top, base.folder)?;
    #[cfg(not(feature = "service"))]
    for key in OF_SERVICE {
        drop(top.any(key));
    }
    top.finish()?;
    Ok(Config {
        sms,
        push,
        notify,
        origin,
        listen,
        #[cfg(feature = "service")]
        service,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_build_reads_what_is_for_the_service_and_knows_where_it_is_reached() {
        let text = "origin = \"https://mfa.example.org\"\nlisten = \"127.0.0.1:81\"\nsocket = \"a\"\n\
            metrics = \"127.0.0.1:82\"\ntrusted_proxies = [\"127.0.0.1/32\"]\npolicy = \"b\"\n";
        let base = Base { folder: Path::new("/store"), believes_plain: true };
        let Ok(config) = read(text, base) else { panic!("it is refused") };
        assert_eq!(config.reached_at().to_string(), "https://mfa.example.org");
        let waker = crate::push::Waker::from(Config { origin: None, ..config });
        assert_eq!(waker.origin, "http://localhost:81");
    }

    #[cfg(feature = "service")]
    #[test]
    fn files_are_relative_to_the_folder_of_the_configuration() {
        let base = Base { folder: Path::new("/store"), believes_plain: true };
        let Ok(config) = read("socket = \"a\"\npolicy = \"/b\"\n", base) else {
            panic!("it is refused")
        };
        assert_eq!(config.service.socket.as_deref(), Some(Path::new("/store/a")));
        assert_eq!(config.service.policy.as_deref(), Some(Path::new("/b")));
    }
}
