//! What goes out to an SMS gateway, what comes back, and the configuration that says so.

#![cfg(test)]
#![cfg(feature = "remote")]

#[path = "../common/mod.rs"]
mod common;
mod stub;

mod answers;
mod config;
mod config_wake;
mod doctor;
mod documentation;
mod gate;
mod gate_args;
mod kannel;
mod keygen;
mod notify;
mod push;
mod refused;
mod requests;
mod tls;

use common::TempStore;
use mfa::config::{Config, ConfigError};
use mfa::domain::PhoneNumber;
use mfa::send::SmsGateway;
use mfa::store::Folder;

/// Makes a store with this configuration.
fn configured(text: &str) -> TempStore {
    let store = TempStore::new();
    store.put("config.toml", text);
    store
}

fn load(store: &TempStore) -> Result<Config, ConfigError> {
    Config::load(&Folder::new(store.path()))
}

/// Returns the gateway of a configuration.
fn gateway(text: &str) -> SmsGateway {
    let Ok(config) = load(&configured(text)) else { panic!("{text}") };
    config.sms.unwrap().gateway
}

fn number() -> PhoneNumber {
    "+15550100199".parse().unwrap()
}
