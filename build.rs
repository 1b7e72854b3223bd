//! Makes the program quick to start, since a gate is started for each code, and small.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if variable("CARGO_CFG_TARGET_OS") == "linux" && variable("CARGO_CFG_TARGET_ENV") == "gnu" {
        // The unwinder is linked statically: to load `libgcc_s.so` costs the start of each command a
        // seventh of its time (measured: `mfa --version`, 15 to 18 in 100).
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
        if knows_packed_relocations() {
            // Relative relocations take 1 kB rather than 78, and an authentication 6 in 100 less.
            println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
        }
        if variable("PROFILE") == "release" {
            // 30 kB by which to find how a stack unwinds; a release aborts.
            println!("cargo::rustc-link-arg-bins=-Wl,--no-eh-frame-hdr");
        }
    }
}

/// Tells whether the C library that the program will run with is glibc 2.36 or later: one before
/// that would not start it. Nobody knows where it is built for another machine.
fn knows_packed_relocations() -> bool {
    if variable("HOST") != variable("TARGET") {
        return false;
    }
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let told = told.map(|told| String::from_utf8_lossy(&told.stdout).into_owned());
    let version = told.ok().and_then(|told| told.trim().strip_prefix("glibc 2.")?.parse().ok());
    version.is_some_and(|minor: u32| minor >= 36)
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo speaks to a build script through the environment"
)]
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}
