//! The service's answers, request by request, and the service as a process.

#![cfg(test)]
#![cfg(feature = "service")]

#[path = "../common/mod.rs"]
mod common;

mod configured;
mod described;
mod edge;
mod elsewhere;
mod full_disk;
mod manage;
mod page;
mod process;
mod push;
mod recover;
mod schema;
mod sms;
mod verify;
mod web;
