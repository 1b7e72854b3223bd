//! The PAM module as programs load it: under pamtester, sshd, sudo, login and su.

#![cfg(test)]
#![cfg(feature = "remote")]

#[path = "../recipes/account.rs"]
mod account;
#[path = "../common/mod.rs"]
mod common;
mod stack;

#[cfg(feature = "service")]
mod absent;
#[cfg(feature = "service")]
mod browser;
mod codes;
#[cfg(all(feature = "postgres", feature = "service"))]
mod database;
#[cfg(feature = "service")]
mod elsewhere;
mod figures;
mod gates;
mod homes;
mod host;
mod login;
mod refusals;
#[cfg(feature = "service")]
mod signals;
mod ssh;
mod sudo;
mod syslog;

/// Returns the code block of the module's README behind this text.
fn recipe_behind(text: &str) -> &'static str {
    let readme = include_str!("../../pam/README.md");
    let (_, rest) = readme.split_once(text).unwrap();
    rest.split("```").nth(1).unwrap().split_once('\n').unwrap().1
}
