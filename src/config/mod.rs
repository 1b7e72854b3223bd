//! Reading `config.toml` into values that are right once they exist.

mod error;
mod form;
mod section;
#[cfg(feature = "service")]
mod service;
mod sms;
mod twilio;
mod url;
mod value;

use std::path::Path;

use toml::de::DeTable;

pub use error::{ConfigError, Position};
#[cfg(feature = "service")]
pub use service::ServiceConfig;
pub use sms::SmsConfig;

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
    /// What it says of the service.
    #[cfg(feature = "service")]
    pub service: ServiceConfig,
}

/// The folder that the names of secrets' files are relative to.
#[derive(Clone, Copy)]
struct Base<'a> {
    folder: &'a Path,
    /// Whether a secret in that folder is believed, where no code of a key guards it.
    believes_plain: bool,
}

impl Config {
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

/// The keys that a build with the service reads.
#[cfg(not(feature = "service"))]
const OF_SERVICE: [&str; 5] = ["origin", "listen", "socket", "metrics", "trusted_proxies"];

fn read(text: &str, base: Base<'_>) -> Result<Config, Mistake> {
    let table = DeTable::parse(text).map_err(|error| Mistake::syntax(&error))?;
    let mut top = Section::top(table);
    let sms = top.section("sms")?.map(|section| sms::read(section, base)).transpose()?;
    #[cfg(feature = "service")]
    let service = service::read(&mut top)?;
    #[cfg(not(feature = "service"))]
    for key in OF_SERVICE {
        drop(top.any(key));
    }
    top.finish()?;
    Ok(Config {
        sms,
        #[cfg(feature = "service")]
        service,
    })
}
