//! The terminal itself, rather than the standard streams, which may be pipes.

mod hidden;

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode, window_size,
};
use crossterm::{execute, queue};
use kdam::{Bar, BarExt};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{QueueSelector, tcflush};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;
use zeroize::Zeroizing;

use crate::cli::{self, Echo};

/// The time between two drawings of a watched screen.
const SECOND: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };

/// Prompts on the terminal and reads a line.
pub fn ask(prompt: &str, echo: Echo) -> io::Result<Zeroizing<String>> {
    let mut terminal = open()?;
    match echo {
        Echo::Shown => {
            terminal.write_all(prompt.as_bytes())?;
            cli::line(&terminal)
        }
        Echo::Hidden => hidden::ask(&terminal, prompt),
    }
}

/// Sends a control sequence.
pub fn tell(sequence: &str) -> io::Result<()> {
    open()?.write_all(sequence.as_bytes())
}

/// Returns the columns and lines of the terminal, where it has any.
pub fn size() -> Option<(u16, u16)> {
    let size = window_size().ok()?;
    (size.columns > 0 && size.rows > 0).then_some((size.columns, size.rows))
}

/// Shows the progress of this many steps on stderr, which is a terminal, and clears it at the end.
///
/// `indicatif` is not used: its estimate needs the C library's `libm`, and loading that costs an
/// authentication a sixth of its time.
pub fn progress(steps: usize) -> Box<dyn FnMut()> {
    let mut shown = Progress(Bar::new(steps));
    Box::new(move || shown.step())
}

/// A progress bar, removed from the screen on drop.
struct Progress(Bar);

impl Progress {
    fn step(&mut self) {
        let _ = self.0.update(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let _ = self.0.clear();
        let _ = self.0.writer.print(b"\r");
    }
}

/// Has the signals that ask to end noted from now on.
#[cfg(feature = "remote")]
pub fn signals() -> io::Result<cli::env::Signals> {
    let noted = noted()?;
    let came = Arc::clone(&noted);
    Ok(cli::env::Signals {
        came: Box::new(move || came.load(Ordering::Relaxed) > 0),
        obey: Box::new(move || {
            let _ = obey(noted.load(Ordering::Relaxed));
        }),
    })
}

/// Has each signal that asks to end leave its number, and not end the process.
fn noted() -> io::Result<Arc<AtomicUsize>> {
    let ended = Arc::new(AtomicUsize::new(0));
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
        flag::register_usize(signal, Arc::clone(&ended), signal.unsigned_abs() as usize)?;
    }
    Ok(ended)
}

/// Ends the process as the signal with this number does.
fn obey(signal: usize) -> io::Result<()> {
    emulate_default_handler(signal.try_into().unwrap_or(SIGTERM))
}

/// Shows what `draw` returns, redrawn each second, until a key is pressed or a signal asks to end,
/// and then restores the screen.
pub fn watch(draw: &mut dyn FnMut() -> String) -> io::Result<()> {
    let ended = noted()?;
    let mut screen = Screen::enter()?;
    loop {
        screen.show(&draw())?;
        let key = screen.wait_for_key()?;
        let signal = ended.load(Ordering::Relaxed);
        if signal > 0 {
            drop(screen);
            return obey(signal);
        }
        if key {
            return Ok(());
        }
    }
}

/// The alternate screen, left on drop, even after an error.
struct Screen(File);

impl Screen {
    fn enter() -> io::Result<Self> {
        let terminal = open()?;
        enable_raw_mode()?;
        let mut screen = Self(terminal);
        execute!(screen.0, EnterAlternateScreen, Hide)?;
        Ok(screen)
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        queue!(self.0, MoveTo(0, 0), Clear(ClearType::All))?;
        self.0.write_all(text.replace('\n', "\r\n").as_bytes())
    }

    /// Waits for a second, or until a key is pressed; in raw mode Ctrl-C counts as well.
    ///
    /// Not by crossterm's events: it reads a terminal that was closed for ever.
    fn wait_for_key(&self) -> io::Result<bool> {
        let mut awaited = [PollFd::new(&self.0, PollFlags::IN)];
        match poll(&mut awaited, Some(&SECOND)) {
            Ok(0) | Err(Errno::INTR) => return Ok(false),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let [terminal] = awaited;
        if terminal.revents().intersects(PollFlags::HUP | PollFlags::ERR) {
            return Err(io::Error::other("the terminal was closed"));
        }
        // A key may send several bytes, which belong to no one else.
        tcflush(&self.0, QueueSelector::IFlush)?;
        Ok(true)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = execute!(self.0, Show, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

fn open() -> io::Result<File> {
    File::options().read(true).write(true).open("/dev/tty")
}
