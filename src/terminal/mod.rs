//! The terminal itself, past the standard streams, which may be pipes.

mod hidden;

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{self, Event, KeyEventKind};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode, window_size,
};
use crossterm::{execute, queue};
use kdam::{Bar, BarExt};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;
use zeroize::Zeroizing;

use crate::cli::{self, Echo};

/// Asks whoever sits there.
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

/// Shows on stderr, a terminal, how far so many steps are, and leaves no trace of it.
///
/// Not by `indicatif`: its estimate takes a power from the C library's `libm`, and to load that
/// costs an authentication a sixth of its time.
pub fn progress(steps: usize) -> Box<dyn FnMut()> {
    let mut shown = Progress(Bar::new(steps));
    Box::new(move || shown.step())
}

/// A bar; leaving the scope takes it off the screen.
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

/// Keeps on the screen what `draw` gives, anew each second, until a key is pressed or a signal
/// says to end; then the screen is what it was.
pub fn watch(draw: &mut dyn FnMut() -> String) -> io::Result<()> {
    let ended = Arc::new(AtomicUsize::new(0));
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        flag::register_usize(signal, Arc::clone(&ended), signal.unsigned_abs() as usize)?;
    }
    let mut screen = Screen::enter()?;
    loop {
        screen.show(&draw())?;
        if event::poll(Duration::from_secs(1))? && is_key(&event::read()?) {
            return Ok(());
        }
        let signal = ended.load(Ordering::Relaxed);
        if signal > 0 {
            drop(screen);
            return emulate_default_handler(signal.try_into().unwrap_or(SIGTERM));
        }
    }
}

/// Reports whether a key was pressed; in raw mode Ctrl-C is one as well.
fn is_key(event: &Event) -> bool {
    matches!(event, Event::Key(key) if key.kind == KeyEventKind::Press)
}

/// The alternate screen; leaving the scope leaves it, errors included.
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
