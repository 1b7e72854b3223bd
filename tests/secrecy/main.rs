//! Secrets and codes stay inside, except where they were asked for.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod core_files;
mod memory;
mod outputs;
