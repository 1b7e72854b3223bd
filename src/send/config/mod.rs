//! Reading `config.toml` into values that are right once they exist.

mod error;
mod section;
mod sms;
mod twilio;
mod url;
mod value;

use std::path::Path;

use toml::de::DeTable;

pub use error::{ConfigError, Position};
pub use sms::SmsConfig;

use super::SmsGateway;
use crate::store::{Folder, Place};
use error::Mistake;
use section::Section;

/// What the store's `config.toml` says.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Config {
    /// The section `[sms]`, if there is one.
    pub sms: Option<SmsConfig>,
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
}

fn read(text: &str, base: Base<'_>) -> Result<Config, Mistake> {
    let table = DeTable::parse(text).map_err(|error| Mistake::syntax(&error))?;
    let mut top = Section::top(table);
    let sms = top.section("sms")?.map(|section| sms::read(section, base)).transpose()?;
    top.finish()?;
    Ok(Config { sms })
}
