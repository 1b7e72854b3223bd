//! `mfa` enrols second factors, verifies them and recovers from losing them.

pub mod domain;
mod gate;
pub mod qr;
pub mod store;

pub use gate::{GateError, authenticate};
