//! What ships, as those have it who install it: the archive, and the Debian package in a system of its own.

#![cfg(test)]
#![cfg(feature = "service")]

#[path = "../common/mod.rs"]
mod common;

mod alone;
mod archive;
mod booted;
mod compose;
mod installed;
mod log;
mod logins;
mod removed;
mod root;
mod upgraded;

use std::path::{Path, PathBuf};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the folder of what `.ci/run packages` makes.
fn packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/packages")
}

/// Returns the name of the archive, and of the folder in it.
fn archive() -> String {
    format!("mfa-{VERSION}-x86_64-unknown-linux-gnu")
}
