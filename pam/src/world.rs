//! The outside world, once: the conversation with whoever logs in, the clock, randomness and names.

use std::io;
use std::path::PathBuf;

use mfa::domain::{ClockError, UnixTime};
use zeroize::Zeroizing;

/// A function that returns the time.
pub type Clock = fn() -> Result<UnixTime, ClockError>;

/// A line that was typed, if there was somebody to type it.
pub type Typed = Result<Zeroizing<String>, Unheard>;

/// Everything that a login may know of the outside world.
pub struct World<'a> {
    /// A function that asks for a line.
    pub ask: &'a dyn Fn(&str, Echo) -> Typed,
    /// A function that shows a text, and reports whether the program that asks has taken it.
    pub tell: &'a dyn Fn(Tone, &str) -> Result<(), Unheard>,
    /// A function that looks an account up by a name that was typed.
    pub account: &'a dyn Fn(&str) -> io::Result<Option<Account>>,
    pub clock: Clock,
    /// A function that fills bytes from the system's random generator.
    pub random: fn(&mut [u8]) -> io::Result<()>,
    /// A function that tells administrators what keeps nobody out, from any thread.
    pub warn: fn(&str),
    /// A function that waits until half a second has passed since the last answer, if it has not: how long
    /// a refusal takes must not tell who is enrolled.
    pub settle: &'a dyn Fn(),
    /// A function that waits for a second.
    pub pause: &'a dyn Fn(),
    /// The name of this machine, if it has one.
    pub host: Option<&'a str>,
    /// The real user's number.
    pub uid: u32,
}

/// An account of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name, as the system writes it, whatever was typed.
    pub name: String,
    pub home: PathBuf,
}

/// Whether what is typed is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// Shown, as codes may be.
    Shown,
    /// Not shown, as passwords must not be.
    Hidden,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    Info,
    /// A refusal or a warning.
    Error,
}

/// Nobody was there to see a text or to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unheard;
