//! Push: the owner of an app approves on a device, and whoever asked is let in by it, once.
//!
//! ```text
//! gate ─► ask ─► a challenge, with a number ─► authenticate(Credential::Approval), until it is answered
//! device ─► invite, begin, enrol ─► respond: the number as it was typed, and what proves the device
//! ```
//!
//! What `sendPushChallenge` and `respondToChallenge` of many a guide do. The number is shown where somebody
//! wants to be let in, and never goes to the device: its owner types it, and with it says which of all
//! possible logins is meant. Everything is recorded in the account, so that a gate and a service on one
//! store, or several, need nothing else to agree.

mod asking;
mod devices;
mod responding;
#[cfg(feature = "remote")]
mod waking;

pub use asking::{Ask, ask, cancel, is_waiting};
pub use devices::{Added, Begin, Beginning, Enrol, begin, enrol, invite, remove, subscribe};
pub use responding::{Answered, Authority, Response, Verify, respond};
#[cfg(feature = "remote")]
pub use waking::Waker;

#[cfg(test)]
mod tests;
