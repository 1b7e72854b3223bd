//! The arguments of a line in `/etc/pam.d`.

mod error;
mod given;
mod read;
mod template;

use std::path::PathBuf;

use mfa::remote::ServerUrl;

pub use error::ArgumentError;
pub use template::{AppTemplate, StorePath};

use crate::world::Echo;

/// The number of times that a code is asked for, unless `tries=` says otherwise: a code may expire while
/// it is typed.
const TRIES: u32 = 3;

/// What the line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments {
    pub place: Place,
    /// The name of the app.
    pub app: AppTemplate,
    /// The text that asks for a code.
    pub prompt: String,
    /// Whether what is typed is shown.
    pub echo: Echo,
    pub tries: u32,
    /// What becomes of somebody who is not enrolled.
    pub newcomers: Newcomers,
    /// Whether the devices are asked as well.
    pub push: bool,
    /// Whether nothing is told after an acceptance.
    pub quiet: bool,
    /// Whether the code comes with the password, and on which side of the password's module this is.
    pub first_pass: Option<FirstPass>,
}

/// Where the gate is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Store { root: StorePath, key_file: Option<PathBuf>, policy: Option<PathBuf> },
    Server { url: ServerUrl, token_file: PathBuf },
}

/// What becomes of somebody who is not enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newcomers {
    /// They are refused, after they were asked like everybody.
    Refused,
    /// The module has no say.
    Ignored,
    /// They enrol.
    Enrolled,
}

/// The side of the password's module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPass {
    /// Before it: one answer has the password and the code, and each module gets its part.
    Split,
    /// Behind it: the code that was split off is judged.
    Use,
}
