//! Enforcement: whether a factor is asked for, decided by a policy that an administrator writes.
//!
//! ```text
//! YAML ─► Policy ──┐
//! Access ──────────┤► Policy::decide ─► Decided { outcome, memory }
//! Account, memory ─┘
//! ```
//!
//! Everything here is values in and values out; [`enforce`](crate::enforce) records what a decision
//! has to remember before anyone hears of it.

mod access;
mod decide;
#[cfg(feature = "policy")]
mod duration;
mod memory;
mod rules;
#[cfg(feature = "policy")]
mod yaml;

pub use access::{Access, Device, Location, TextError};
pub use decide::{Decided, Decision, Outcome, Reason};
pub use memory::{MOST, PolicyMemory, REMEMBERED_FOR, Remember, Remembered, Salt, Seen};
pub use rules::{Action, AdminRecovery, Policy, Recovery, Rules};
#[cfg(feature = "policy")]
pub use yaml::PolicyError;
