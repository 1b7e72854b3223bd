//! The `otpauth://` URI that a phone scans.

mod label;
mod parameters;
mod parse;
mod write;

pub(crate) use label::after_issuer;
#[cfg(feature = "transfer")]
pub(crate) use parse::STEAM;
pub use parse::{Provisioned, UriError, parse_provisioning_uri};
pub use write::provisioning_uri;
