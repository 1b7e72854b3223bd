//! The formats that other apps write and read, and the ciphers and messages that both directions
//! share.

mod crypto;
pub mod export;
pub mod import;
mod migration;
