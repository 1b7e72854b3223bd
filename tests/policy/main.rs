//! Enforcement: what the published policy decides, what is remembered for it, and what is refused.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod command;
mod decisions;
mod devices;
mod grace;
mod refused;
mod report;
mod sealed;

use std::path::PathBuf;

use common::codes::{SECRET, secret};
use common::{Run, TempStore};
use mfa::audit::Caller;
use mfa::domain::{Account, AppName, Credential, Enrolment, EnrolmentId, Totp, UnixTime, Verdict};
use mfa::enforce::{self, Check};
use mfa::policy::{Access, Decision, Outcome, Policy, Remember};
use mfa::store::{Existing, Store};
use mfa::{Attempt, GateError};

/// The second seed's policy, as it is published.
const PUBLISHED: &str = include_str!("../data/policy/published.yaml");

const NOW: UnixTime = UnixTime(1_700_000_040);
const DAY: u64 = 24 * 60 * 60;

fn after(seconds: u64) -> UnixTime {
    UnixTime(NOW.0 + seconds)
}

fn policy(text: &str) -> Policy {
    text.parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Returns the published policy with one text in place of another.
fn with(from: &str, to: &str) -> Policy {
    assert_eq!(PUBLISHED.matches(from).count(), 1, "{from}");
    policy(&PUBLISHED.replace(from, to))
}

fn app(name: &str) -> AppName {
    name.parse().unwrap()
}

fn from(device: &str, location: &str) -> Access {
    let (device, location) = (device.parse().ok(), location.parse().ok());
    Access { device, location, ..Access::default() }
}

fn to(action: &str) -> Access {
    Access { sensitive: Some(action.into()), ..from("laptop", "office") }
}

fn check(
    store: &impl Store,
    policy: &Policy,
    access: &Access,
    now: UnixTime,
) -> Result<Outcome, GateError> {
    let caller = &Caller::default();
    enforce::check(store, policy, Check { app: &app("alice"), access, caller }, || Ok(now))
}

fn decided(store: &impl Store, policy: &Policy, access: &Access, now: UnixTime) -> Decision {
    check(store, policy, access, now).unwrap().decision
}

fn enrol(store: &impl Store, existing: Existing) {
    let account = Account::new("Corp".parse().unwrap(), None, Totp::default(), Some(NOW));
    store.enrol(&app("alice"), &Enrolment { secret: secret(SECRET), account }, existing).unwrap();
}

/// Presents the right code of this moment, and asks for these to be remembered.
fn accept(store: &impl Store, device: &str, location: &str, now: UnixTime) {
    let code = Totp::default().code(&secret(SECRET), now).parse().unwrap();
    assert_eq!(present(store, &code, device, location, now), Verdict::Accepted);
}

fn present(
    store: &impl Store,
    credential: &Credential,
    device: &str,
    location: &str,
    now: UnixTime,
) -> Verdict {
    let remember = Some(&Remember {
        device: device.parse().ok(),
        location: location.parse().ok(),
        enrolment: EnrolmentId(now.0.to_be_bytes().repeat(2).try_into().unwrap()),
        salt: [7; 32],
    });
    let caller = &Caller::default();
    let app = &app("alice");
    let attempt = Attempt { app, credential, action: "login", caller, remember };
    let judged = mfa::authenticate(store, attempt, || Ok(now)).unwrap();
    assert!(judged.unremembered.is_none(), "{judged:?}");
    judged.verdict
}

/// Writes a policy beside a store, and returns its path.
fn file(store: &TempStore, text: impl AsRef<[u8]>) -> PathBuf {
    let path = store.outside().join("policy.yaml");
    std::fs::write(&path, text).unwrap();
    path
}

/// Prepares a check by the published policy.
fn checked(store: &TempStore, args: &[&str]) -> Run {
    let path = file(store, PUBLISHED);
    store.mfa(["policy", "check", "--policy", path.to_str().unwrap()]).args(args)
}
