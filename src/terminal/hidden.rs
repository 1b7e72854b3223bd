//! Reading a line without showing what is typed.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::cli;

/// The signals that end, stop or continue a program at a terminal.
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
/// Signals wait until the terminal is restored, and then do what they always do. If the program
/// goes on after that, for instance after having been stopped, it asks again.
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

/// The terminal while it does not show what is typed.
///
/// Its modes are restored before signals are let through.
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

/// Reads what was typed, unless a signal interrupts the wait for it.
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

/// Changed modes of a terminal, restored on drop.
struct Unechoed<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Unechoed<'a> {
    /// Turns the echo off, except for the return key, and discards what was typed before, since it
    /// was visible.
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

/// Signals that are held back until drop.
struct Held {
    signals: SignalFd,
    before: SigSet,
}

impl Held {
    fn begin() -> io::Result<Self> {
        let before = SigSet::thread_get_mask()?;
        // One that the caller holds back would stay pending for ever.
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
