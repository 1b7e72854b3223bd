use std::convert::Infallible;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use mfa::audit::Caller;
use mfa::domain::{ClockError, UnixTime};
use zeroize::Zeroizing;

use super::Output;

/// Holds everything that a command may know of the world; `main` makes it, tests make their own.
pub struct Env<'a> {
    /// The arguments, without the program's name.
    pub args: Vec<OsString>,
    /// What `MFA_STORE` says.
    pub store_variable: Option<OsString>,
    /// Where the user's data lives.
    pub data_folder: &'a dyn Fn() -> Option<PathBuf>,
    /// Whether the program has rights that its caller lacks, who made the environment (setuid, setgid,
    /// capabilities of the file).
    pub elevated: bool,
    /// Finds out who called.
    pub caller: &'a dyn Fn() -> Caller,
    /// Becomes another program, which the first word names, or fails.
    pub exec: &'a dyn Fn(Vec<OsString>) -> io::Result<Infallible>,
    /// Whether there is a desktop to show an image on.
    pub desktop: bool,
    /// Tells the time.
    pub clock: &'a dyn Fn() -> Result<UnixTime, ClockError>,
    /// Fills bytes from the system's generator.
    pub random: &'a dyn Fn(&mut [u8]) -> io::Result<()>,
    /// Standard input, unbuffered: what a command does not ask for stays for the next reader.
    pub stdin: Box<dyn Read + 'a>,
    /// Whether someone types there.
    pub stdin_is_terminal: bool,
    /// Carries the answer.
    pub stdout: Output<'a>,
    /// Carries everything else.
    pub stderr: Output<'a>,
    /// Asks whoever sits at the terminal, standard streams aside.
    pub ask: &'a dyn Fn(&str, Echo) -> io::Result<Zeroizing<String>>,
    /// Tells whether the system keeps its clock right, where that can be told.
    pub clock_is_synchronised: &'a dyn Fn() -> Option<bool>,
    /// Sends a control sequence to the terminal.
    pub tell_terminal: &'a dyn Fn(&str) -> io::Result<()>,
    /// Returns the columns and lines of the terminal, where they can be told.
    pub terminal_size: &'a dyn Fn() -> Option<(u16, u16)>,
    /// Keeps on the screen what the function draws, anew each second, until a key is pressed.
    pub watch: &'a dyn Fn(&mut dyn FnMut() -> String) -> io::Result<()>,
    /// Begins to show how far so many steps are, on a terminal; what it gives is called for each.
    pub progress: &'a dyn Fn(usize) -> Box<dyn FnMut()>,
    /// Shows an image on the desktop.
    pub show: &'a dyn Fn(&Path) -> io::Result<()>,
}

/// Says whether the terminal shows what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// It does.
    Shown,
    /// It does not.
    Hidden,
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
