use std::convert::Infallible;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use mfa::audit::Caller;
use mfa::domain::{ClockError, UnixTime};
use zeroize::Zeroizing;

use super::Output;

/// Everything that a command may know of the world; `main` makes it.
pub struct Env<'a> {
    /// The arguments, without the program's name.
    pub args: Vec<OsString>,
    pub variables: Variables<'a>,
    pub process: Process<'a>,
    pub clock: Clock<'a>,
    /// Fills bytes from the system's generator.
    pub random: &'a dyn Fn(&mut [u8]) -> io::Result<()>,
    pub stdin: Input<'a>,
    /// Carries the answer.
    pub stdout: Output<'a>,
    /// Carries everything else.
    pub stderr: Output<'a>,
    pub terminal: Terminal<'a>,
    pub desktop: Desktop<'a>,
}

/// What the environment says of where the store is.
pub struct Variables<'a> {
    /// `MFA_STORE`.
    pub store: Option<OsString>,
    /// Finds the folder of the user's data.
    pub data_folder: &'a dyn Fn() -> Option<PathBuf>,
}

/// This process and its caller.
pub struct Process<'a> {
    /// Whether it has rights that its caller lacks, who made the environment (setuid, setgid,
    /// capabilities of the file).
    pub elevated: bool,
    /// Finds out who called.
    pub caller: &'a dyn Fn() -> Caller,
    /// Becomes another program, which the first word names, or fails.
    pub exec: &'a dyn Fn(Vec<OsString>) -> io::Result<Infallible>,
}

/// The system's clock.
pub struct Clock<'a> {
    /// Tells the time.
    pub now: &'a dyn Fn() -> Result<UnixTime, ClockError>,
    /// Reports whether the system keeps it right, where that can be told.
    pub is_synchronised: &'a dyn Fn() -> Option<bool>,
}

/// Standard input.
pub struct Input<'a> {
    /// Unbuffered: what a command does not ask for stays for the next reader.
    pub stream: Box<dyn Read + 'a>,
    /// Whether someone types there.
    pub is_terminal: bool,
}

/// The terminal that the user sits at, past the standard streams, which may be pipes.
pub struct Terminal<'a> {
    /// Asks for a line.
    pub ask: &'a dyn Fn(&str, Echo) -> io::Result<Zeroizing<String>>,
    /// Sends a text or a control sequence.
    pub tell: &'a dyn Fn(&str) -> io::Result<()>,
    /// Returns the columns and lines, where they can be told.
    pub size: &'a dyn Fn() -> Option<(u16, u16)>,
    /// Keeps on the screen what the function draws, anew each second, until a key is pressed.
    pub watch: &'a dyn Fn(&mut dyn FnMut() -> String) -> io::Result<()>,
    /// Begins to show how far so many steps are; what it returns is called for each.
    pub progress: &'a dyn Fn(usize) -> Box<dyn FnMut()>,
}

/// Whether the terminal shows what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// It does.
    Shown,
    /// It does not.
    Hidden,
}

/// The desktop that the terminal may be on.
pub struct Desktop<'a> {
    pub is_there: bool,
    /// Shows a picture.
    pub show: &'a dyn Fn(&Path) -> io::Result<()>,
}

impl Env<'_> {
    /// Tells of something that does not keep the command from its end.
    pub fn warn(&mut self, text: &str) {
        self.stderr.line(&format!("warning: {text}"));
    }

    /// Tells why the command failed, and on a line of its own what may help.
    pub fn error(&mut self, text: &str, hint: Option<&str>) {
        let hint = hint.map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
        self.stderr.write(&format!("error: {text}\n{hint}"));
    }
}
