//! The binary, which gathers the outside world into an [`Env`], runs the command line and exits
//! with its status.

#![cfg_attr(not(test), no_main)]
#![cfg_attr(test, expect(dead_code, reason = "the tests have a main of their own"))]

mod cli;
mod start;
mod terminal;

use std::convert::Infallible;
use std::ffi::{CString, OsString};
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use mfa::audit::Caller;
use mfa::domain::{ClockError, UnixTime};
use nix::unistd::execvp;
#[cfg(feature = "remote")]
use nix::unistd::gethostname;
use rand::TryRng;
use rand::rngs::SysRng;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getegid, geteuid, getgid, getppid, getrlimit, getuid,
    set_dumpable_behavior, setrlimit,
};

use cli::env::{Clock, Desktop, Env, Input, Process, Terminal, Variables};
use cli::{Output, Status};

#[expect(clippy::disallowed_methods, reason = "the one place where the world enters")]
fn run(args: Vec<OsString>, descriptors: io::Result<()>) -> u8 {
    let core = keep_memory_private();
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let output = |stream, is_terminal| Output { stream, is_terminal, failed: None };
    let mut env = Env {
        args,
        variables: Variables {
            store: variable("MFA_STORE"),
            #[cfg(feature = "remote")]
            server: variable("MFA_SERVER"),
            #[cfg(feature = "remote")]
            token_file: variable("MFA_TOKEN_FILE"),
            key_file: std::env::var_os("MFA_KEY_FILE"),
            credentials: std::env::var_os("CREDENTIALS_DIRECTORY"),
            #[cfg(feature = "postgres")]
            passfile: variable("PGPASSFILE"),
            behind_ssh: std::env::var_os("SSH_CONNECTION").is_some(),
            data_folder: &dirs::data_dir,
        },
        process: Process {
            elevated: start::kernel_says_elevated()
                || getuid() != geteuid()
                || getgid() != getegid(),
            caller: &caller,
            #[cfg(feature = "remote")]
            host: &|| gethostname().ok()?.into_string().ok(),
            #[cfg(feature = "remote")]
            signals: &terminal::signals,
            exec: &|words| exec(words, core),
        },
        clock: Clock { now: clock, is_synchronised: &clock_is_synchronised },
        random: |bytes| SysRng.try_fill_bytes(bytes).map_err(io::Error::other),
        #[cfg(feature = "service")]
        log,
        stdin: Input { stream: Box::new(Stream(stdin.as_fd())), is_terminal: stdin.is_terminal() },
        stdout: output(Box::new(Stream(stdout.as_fd())), stdout.is_terminal()),
        stderr: output(Box::new(Stream(stderr.as_fd())), stderr.is_terminal()),
        terminal: Terminal {
            ask: &terminal::ask,
            tell: &terminal::tell,
            size: &terminal::size,
            watch: &terminal::watch,
            progress: &terminal::progress,
        },
        desktop: Desktop {
            is_there: ["DISPLAY", "WAYLAND_DISPLAY"]
                .iter()
                .any(|name| std::env::var_os(name).is_some()),
            show: &show,
        },
    };
    if let Err(error) = descriptors {
        env.error(&format!("cannot open a descriptor: {error}"), None);
        // For `run` this must not be a status of the command's own; for every command it is a
        // refusal.
        return Status::NotRun as u8;
    }
    cli::run(env) as u8
}

/// Keeps secrets out of core files and out of reach of the user's other processes (`ptrace`,
/// `/proc/PID/mem`).
///
/// Returns the previous limit on core files, for the program that this process may become.
fn keep_memory_private() -> Rlimit {
    let core = getrlimit(Resource::Core);
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..core });
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    core
}

/// Becomes another program.
///
/// All our descriptors close with that, and none of our environment variables holds a secret.
///
/// std's own `exec` would make that program no longer ignore SIGPIPE.
fn exec(words: Vec<OsString>, core: Rlimit) -> io::Result<Infallible> {
    let words: Vec<_> =
        words.into_iter().map(|word| CString::new(word.into_vec())).collect::<Result<_, _>>()?;
    let [program, ..] = &*words else { return Err(io::ErrorKind::InvalidInput.into()) };
    let _ = setrlimit(Resource::Core, core);
    Ok(execvp(program, &words)?)
}

/// Returns who called.
#[expect(clippy::disallowed_methods, reason = "the one place where the world enters")]
fn caller() -> Caller {
    // A caller other than root could have set the variable; root could write any log anyway.
    let sudo_uid = std::env::var("SUDO_UID").ok().filter(|_| getuid().is_root());
    let sudo_uid = sudo_uid.and_then(|uid| uid.parse().ok());
    Caller { uid: getuid().as_raw(), sudo_uid, parent: parent(), ..Caller::default() }
}

/// Returns the name of the calling program, as the kernel knows it.
fn parent() -> Option<String> {
    let name = std::fs::read(format!("/proc/{}/comm", getppid()?)).ok()?;
    Some(String::from_utf8_lossy(name.trim_ascii_end()).into_owned())
}

#[expect(clippy::disallowed_methods, reason = "the one place where the world enters")]
fn clock() -> Result<UnixTime, ClockError> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_err(|_| ClockError)?;
    Ok(UnixTime(since.as_secs()))
}

/// Writes a line to stderr at once, so that those of several threads do not mix.
#[cfg(feature = "service")]
fn log(line: &str) {
    let mut stderr = Stream(rustix::stdio::stderr());
    // Nobody listens, and nothing depends on it.
    let _ = stderr.write_all(format!("{line}\n").as_bytes());
}

/// Asks systemd whether the clock is synchronised.
///
/// Its answer is the kernel's, and so covers chrony and ntpd as well.
fn clock_is_synchronised() -> Option<bool> {
    let mut ask = Command::new("/usr/bin/timedatectl");
    let told = ask
        .env_clear()
        .stdin(Stdio::null())
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

/// Opens a picture in the desktop's viewer, without waiting for it.
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

/// A standard stream without std's buffers.
struct Stream<'a>(BorrowedFd<'a>);

impl Stream<'_> {
    fn wait(&self, until: PollFlags) -> io::Result<()> {
        poll(&mut [PollFd::from_borrowed_fd(self.0, until)], None)?;
        Ok(())
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match rustix::io::read(self.0, &mut *buf) {
                // A pipe that another program has set to O_NONBLOCK, and that is empty just now.
                Err(Errno::AGAIN) => self.wait(PollFlags::IN)?,
                read => return Ok(read?),
            }
        }
    }
}

impl Write for Stream<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        loop {
            match rustix::io::write(self.0, buf) {
                // The pipe is full, and another program has set it to O_NONBLOCK.
                Err(Errno::AGAIN) => self.wait(PollFlags::OUT)?,
                written => return Ok(written?),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
