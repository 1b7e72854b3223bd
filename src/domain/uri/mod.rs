//! The `otpauth://` URI that a phone scans.

mod parse;
mod write;

pub use parse::{Provisioned, UriError, parse_provisioning_uri};
pub use write::provisioning_uri;
