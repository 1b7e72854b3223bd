//! `pam_mfa.so`: the gate of `mfa` behind sshd, sudo, login and whatever else asks through PAM.
//!
//! ```text
//! libpam ─► entry ─► arguments, login ─► gate ─► mfa::authenticate, or a service elsewhere
//! return code, texts, syslog ◄── end ◄┘
//! ```
//!
//! It runs in the process of whoever called, often as root: it never panics its way out, leaves no thread
//! behind and prints nothing by itself.

mod account;
mod arguments;
mod codes;
mod deciding;
mod end;
mod enrolling;
mod entry;
mod first_pass;
mod gate;
mod host;
mod login;
mod pushing;
#[cfg(test)]
mod scenes;
mod syslog;
mod unsignalled;
mod world;
