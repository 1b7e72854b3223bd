//! Codes by SMS from the command line, through a gateway on loopback.

#![cfg(test)]
#![cfg(feature = "remote")]

#[path = "../common/mod.rs"]
mod common;

mod codes;
mod first;
mod phone;
mod quota;
mod sending;

use common::TempStore;
use common::gateway::Gateway;

const NUMBER: &str = "+1 (555) 010-0199";

const REFUSED: &str = "OTP verification failed\n";

/// Makes a store whose app has a phone, and the gateway that it is configured with.
fn with_phone() -> (TempStore, Gateway) {
    let (store, gateway) = with_gateway();
    let set = "Codes for C go to +*********99\n";
    store.mfa(["phone", "C", NUMBER]).gives(0, set, "");
    (store, gateway)
}

/// Makes a store whose app has no phone yet, and the gateway that it is configured with.
fn with_gateway() -> (TempStore, Gateway) {
    let (store, gateway) = (TempStore::enrolled(), Gateway::start());
    store.put("config.toml", gateway.config());
    (store, gateway)
}

/// Sends a code, and returns it as the phone shows it.
fn sent(store: &TempStore, gateway: &Gateway) -> String {
    let said = "A code is on its way to +*********99\n";
    store.mfa(["sms", "C"]).gives(0, said, "");
    gateway.last_code()
}

/// Changes one field of what the state keeps of codes by SMS.
fn change(store: &TempStore, pointer: &str, value: impl Into<serde_json::Value>) {
    let mut state = store.state("C");
    *state.pointer_mut(pointer).unwrap() = value.into();
    store.put("state/C.json", state.to_string());
}

/// Lets 60 seconds go by for the next message.
fn wait_a_minute(store: &TempStore) {
    let at = store.state("C")["sms"]["sent"]["at"].as_u64().unwrap();
    change(store, "/sms/sent/at", at - 60);
}
