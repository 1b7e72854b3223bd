//! `mfa` enrols second factors, verifies them and recovers from losing them.

pub mod qr;
