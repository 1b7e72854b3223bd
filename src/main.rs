//! The binary: reads the world once into [`Env`], runs the command line, exits with its status.

mod cli;
mod terminal;

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::SystemTime;

use mfa::audit::Caller;
use mfa::domain::{ClockError, UnixTime};
use rand::TryRng;
use rand::rngs::SysRng;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getegid, geteuid, getgid, getppid, getrlimit, getuid,
    set_dumpable_behavior, setrlimit,
};
use signal_hook::consts::SIGXFSZ;
use signal_hook::flag;

use cli::{Env, Output};

#[expect(clippy::disallowed_methods, reason = "the one place where the world enters")]
fn main() -> ExitCode {
    let core = keep_memory_private();
    fail_at_the_limit_of_files();
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let env = Env {
        args: std::env::args_os().skip(1).collect(),
        store_variable: std::env::var_os("MFA_STORE"),
        data_folder: &dirs::data_dir,
        ids_differ: getuid() != geteuid() || getgid() != getegid(),
        caller: &caller,
        exec: &|command| exec(command, core),
        desktop: ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some()),
        clock: &clock,
        clock_is_synchronised: &clock_is_synchronised,
        random: &|bytes| SysRng.try_fill_bytes(bytes).map_err(io::Error::other),
        stdin: Box::new(unbuffered(stdin.as_fd())),
        stdin_is_terminal: stdin.is_terminal(),
        stdout: Output {
            stream: Box::new(unbuffered(stdout.as_fd())),
            is_terminal: stdout.is_terminal(),
            failed: None,
        },
        stderr: Output {
            stream: Box::new(unbuffered(stderr.as_fd())),
            is_terminal: stderr.is_terminal(),
            failed: None,
        },
        ask: &terminal::ask,
        tell_terminal: &terminal::tell,
        watch: &terminal::watch,
        progress: &terminal::progress,
        show: &show,
    };
    ExitCode::from(cli::run(env) as u8)
}

/// Keeps secrets out of core files, and out of reach of the user's other processes (`ptrace`,
/// `/proc/PID/mem`).
///
/// Gives the limit on core files as it was, for the program that this one may become.
fn keep_memory_private() -> Rlimit {
    let core = getrlimit(Resource::Core);
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..core });
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    core
}

/// Has what would pass the limit on the size of files (`ulimit -f`) fail to write, which is told,
/// rather than kill. A program that this one becomes is killed as ever.
fn fail_at_the_limit_of_files() {
    let _ = flag::register(SIGXFSZ, Arc::default());
}

/// Becomes another program. Every descriptor of ours closes with that, and none of our variables
/// holds a secret.
fn exec(mut command: Command, core: Rlimit) -> io::Error {
    let _ = setrlimit(Resource::Core, core);
    command.exec()
}

/// Finds out who called.
#[expect(clippy::disallowed_methods, reason = "the one place where the world enters")]
fn caller() -> Caller {
    // Whoever is not root could have set the variable, and root could write any log.
    let sudo_uid = std::env::var("SUDO_UID").ok().filter(|_| getuid().is_root());
    let sudo_uid = sudo_uid.and_then(|uid| uid.parse().ok());
    Caller { uid: getuid().as_raw(), sudo_uid, parent: parent() }
}

/// Names the program that called, as the kernel knows it.
fn parent() -> Option<String> {
    let name = std::fs::read(format!("/proc/{}/comm", getppid()?)).ok()?;
    Some(String::from_utf8_lossy(name.trim_ascii_end()).into_owned())
}

#[expect(clippy::disallowed_methods, reason = "the one place where the world enters")]
fn clock() -> Result<UnixTime, ClockError> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_err(|_| ClockError)?;
    Ok(UnixTime(since.as_secs()))
}

/// Asks systemd, whose word covers chrony and ntpd as well: it is the kernel's.
fn clock_is_synchronised() -> Option<bool> {
    let mut ask = Command::new("timedatectl");
    let told = ask
        .args(["show", "--property=NTPSynchronized", "--value"])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    match told.stdout.trim_ascii() {
        b"yes" => Some(true),
        b"no" => Some(false),
        _ => None,
    }
}

/// Hands a picture to whatever the desktop shows pictures with, and does not wait for it.
fn show(path: &Path) -> io::Result<()> {
    let mut viewer = Command::new("xdg-open");
    viewer
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
}

/// Opens a standard stream past std's buffers.
fn unbuffered(stream: BorrowedFd<'_>) -> Stream {
    Stream(stream.try_clone_to_owned().ok().map(File::from))
}

/// Is a standard stream, or nothing where there is no descriptor to be had for it.
struct Stream(Option<File>);

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.as_mut().map_or(Ok(0), |file| file.read(buf))
    }
}

impl Write for Stream {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let Some(file) = &mut self.0 else { return Ok(buf.len()) };
        loop {
            match file.write(buf) {
                // A pipe that another program has set to O_NONBLOCK, and that is full just now.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    poll(&mut [PollFd::new(file, PollFlags::OUT)], None)?;
                }
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
