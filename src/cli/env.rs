use std::convert::Infallible;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use mfa::audit::Caller;
use mfa::domain::{ClockError, UnixTime};
use zeroize::Zeroizing;

use super::Output;

/// Everything that a command may know of the outside world, made in `main`.
pub struct Env<'a> {
    /// The arguments, without the program's name.
    pub args: Vec<OsString>,
    pub variables: Variables<'a>,
    pub process: Process<'a>,
    pub clock: Clock<'a>,
    /// A function that fills bytes from the system's random generator.
    pub random: fn(&mut [u8]) -> io::Result<()>,
    /// A function that writes a line to stderr, from any thread.
    #[cfg(feature = "service")]
    pub log: fn(&str),
    pub stdin: Input<'a>,
    /// The stream for the answer.
    pub stdout: Output<'a>,
    /// The stream for everything else.
    pub stderr: Output<'a>,
    pub terminal: Terminal<'a>,
    pub desktop: Desktop<'a>,
}

/// The part of the environment that matters.
pub struct Variables<'a> {
    /// `MFA_STORE`, unless it is empty.
    pub store: Option<OsString>,
    /// `MFA_SERVER`, unless it is empty.
    #[cfg(feature = "remote")]
    pub server: Option<OsString>,
    /// `MFA_TOKEN_FILE`, unless it is empty.
    #[cfg(feature = "remote")]
    pub token_file: Option<OsString>,
    /// `MFA_KEY_FILE`.
    pub key_file: Option<OsString>,
    /// `CREDENTIALS_DIRECTORY`, where systemd lays a service's credentials.
    pub credentials: Option<OsString>,
    /// `PGPASSFILE`, unless it is empty: the file with the password of a database.
    #[cfg(feature = "postgres")]
    pub passfile: Option<OsString>,
    /// Whether the caller came by SSH (`SSH_CONNECTION`).
    pub behind_ssh: bool,
    /// A function that finds the user's data folder.
    pub data_folder: &'a dyn Fn() -> Option<PathBuf>,
}

/// This process and its caller.
pub struct Process<'a> {
    /// Whether it has rights that its caller lacks, who made the environment (setuid, setgid,
    /// capabilities of the file).
    pub elevated: bool,
    /// A function that finds out who called.
    pub caller: &'a dyn Fn() -> Caller,
    /// A function that returns the name of this machine, if it has one.
    #[cfg(feature = "remote")]
    pub host: &'a dyn Fn() -> Option<String>,
    /// A function that has the signals which ask to end noted from now on.
    #[cfg(feature = "remote")]
    pub signals: &'a dyn Fn() -> io::Result<Signals>,
    /// A function that becomes the program that the first word names, or fails.
    pub exec: &'a dyn Fn(Vec<OsString>) -> io::Result<Infallible>,
}

/// The signals that ask to end, while something has to be put in order first.
#[cfg(feature = "remote")]
pub struct Signals {
    /// A function that reports whether one came.
    pub came: Box<dyn Fn() -> bool>,
    /// A function that ends the process by it.
    pub obey: Box<dyn Fn()>,
}

/// The system's clock.
pub struct Clock<'a> {
    /// A function that returns the time.
    pub now: fn() -> Result<UnixTime, ClockError>,
    /// A function that reports whether the system keeps the clock synchronised, if that is known.
    pub is_synchronised: &'a dyn Fn() -> Option<bool>,
}

/// Standard input.
pub struct Input<'a> {
    /// The stream, unbuffered, so that what a command does not ask for is left to the next reader.
    pub stream: Box<dyn Read + 'a>,
    /// Whether it is a terminal, where someone types.
    pub is_terminal: bool,
}

/// The user's terminal, rather than the standard streams, which may be pipes.
pub struct Terminal<'a> {
    /// A function that asks for a line.
    pub ask: &'a dyn Fn(&str, Echo) -> io::Result<Zeroizing<String>>,
    /// A function that writes a text or a control sequence.
    pub tell: &'a dyn Fn(&str) -> io::Result<()>,
    /// A function that returns the columns and lines, if they are known.
    pub size: &'a dyn Fn() -> Option<(u16, u16)>,
    /// A function that shows what its argument draws, redrawn each second, until a key is pressed.
    pub watch: &'a dyn Fn(&mut dyn FnMut() -> String) -> io::Result<()>,
    /// A function that starts to show the progress of a number of steps, and returns one to call
    /// after each.
    pub progress: &'a dyn Fn(usize) -> Box<dyn FnMut()>,
}

/// Whether the terminal shows what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// Shown, as usual.
    Shown,
    /// Not shown, for passwords and codes.
    Hidden,
}

/// The desktop that the terminal may be on.
pub struct Desktop<'a> {
    pub is_there: bool,
    /// A function that opens a picture.
    pub show: &'a dyn Fn(&Path) -> io::Result<()>,
}

impl Env<'_> {
    /// Returns the columns of stdout, where it is a terminal that tells.
    pub fn columns(&self) -> Option<u16> {
        let (columns, _) = (self.terminal.size)().filter(|_| self.stdout.is_terminal)?;
        Some(columns)
    }

    /// Writes a warning of something that does not stop the command.
    pub fn warn(&mut self, text: &str) {
        self.stderr.line(&format!("warning: {text}"));
    }

    /// Writes why the command failed and, on a line of its own, what may help.
    pub fn error(&mut self, text: &str, hint: Option<&str>) {
        let hint = hint.map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
        self.stderr.write(&format!("error: {text}\n{hint}"));
    }
}
