//! Recovery: an owner who has lost every factor gets new ones, by a code that an administrator issues.
//!
//! ```text
//! administrator ─► issue ─► a code, good for a day, once; the log says who was seen with what
//! owner ─► check ─► a new secret and its first code ─► complete, in one change
//! ```

mod issuing;
mod using;

pub use issuing::{Issue, cancel, issue};
pub use using::{Checked, Complete, check, complete, show};

#[cfg(test)]
mod tests;
