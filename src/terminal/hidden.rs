//! A line that is typed without being seen.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::cli;

/// The signals that end, stop or continue a program that sits at a terminal.
const SIGNALS: [Signal; 6] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGTSTP,
    Signal::SIGCONT,
];

/// Asks for a line that the terminal does not show.
///
/// A signal waits until the terminal is as it was, and then does what it always does. Whoever goes
/// on after that, having been stopped for instance, is asked anew.
pub fn ask(mut terminal: &File, prompt: &str) -> io::Result<Zeroizing<String>> {
    loop {
        let hidden = Hidden::enter(terminal)?;
        terminal.write_all(prompt.as_bytes())?;
        match cli::line(&hidden) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            answer => return answer,
        }
    }
}

/// The terminal while it does not show what is typed. Its modes come back before the signals do.
struct Hidden<'a> {
    unechoed: Unechoed<'a>,
    held: Held,
}

impl<'a> Hidden<'a> {
    fn enter(terminal: &'a File) -> io::Result<Self> {
        let held = Held::begin()?;
        Ok(Self { unechoed: Unechoed::begin(terminal)?, held })
    }
}

/// Reads what was typed, or is interrupted by a signal: the next byte may be a long time coming.
impl Read for &Hidden<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut terminal = self.unechoed.terminal;
        let mut awaited = [self.held.signals.as_fd(), terminal.as_fd()]
            .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN));
        poll(&mut awaited, None)?;
        let [signal, _] = awaited;
        if signal.revents().is_empty() {
            terminal.read(buf)
        } else {
            Err(ErrorKind::Interrupted.into())
        }
    }
}

/// Modes of a terminal that come back when the scope is left.
struct Unechoed<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Unechoed<'a> {
    /// Ends the echo, but for that of the return key, and forgets what was typed before: it was seen.
    fn begin(terminal: &'a File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut modes = before.clone();
        modes.local_modes.remove(LocalModes::ECHO);
        modes.local_modes.insert(LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(terminal, OptionalActions::Flush, &modes)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Unechoed<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

/// Signals that are held back until the scope is left.
struct Held {
    signals: SignalFd,
    before: SigSet,
}

impl Held {
    fn begin() -> io::Result<Self> {
        let before = SigSet::thread_get_mask()?;
        // One that the caller holds back would be there for ever.
        let free: SigSet = SIGNALS.into_iter().filter(|&signal| !before.contains(signal)).collect();
        let signals = SignalFd::with_flags(&free, SfdFlags::SFD_CLOEXEC)?;
        free.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
        Ok(Self { signals, before })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.before.thread_set_mask();
    }
}
