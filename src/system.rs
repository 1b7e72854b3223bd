//! The machine: its clock, who called, other programs, and what of this process others may read.

use std::convert::Infallible;
use std::ffi::{CString, OsString};
use std::io;
#[cfg(feature = "service")]
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use mfa::audit::Caller;
use mfa::domain::{ClockError, UnixTime};
use nix::unistd::execvp;
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getppid, getrlimit, getuid, set_dumpable_behavior,
    setrlimit,
};

#[cfg(feature = "service")]
use crate::stream::Stream;

/// Keeps secrets out of core files and out of reach of the user's other processes (`ptrace`,
/// `/proc/PID/mem`).
///
/// Returns the previous limit on core files, for the program that this process may become.
pub fn keep_memory_private() -> Rlimit {
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
pub fn exec(words: Vec<OsString>, core: Rlimit) -> io::Result<Infallible> {
    let words: Vec<_> =
        words.into_iter().map(|word| CString::new(word.into_vec())).collect::<Result<_, _>>()?;
    let [program, ..] = &*words else { return Err(io::ErrorKind::InvalidInput.into()) };
    let _ = setrlimit(Resource::Core, core);
    Ok(execvp(program, &words)?)
}

/// Returns who called.
#[expect(clippy::disallowed_methods, reason = "the one place where the world enters")]
pub fn caller() -> Caller {
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
pub fn clock() -> Result<UnixTime, ClockError> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_err(|_| ClockError)?;
    Ok(UnixTime(since.as_secs()))
}

/// Writes a line to stderr at once, so that those of several threads do not mix.
#[cfg(feature = "service")]
pub fn log(line: &str) {
    let mut stderr = Stream(rustix::stdio::stderr());
    // Nobody listens, and nothing depends on it.
    let _ = stderr.write_all(format!("{line}\n").as_bytes());
}

/// Asks systemd whether the clock is synchronised.
///
/// Its answer is the kernel's, and so covers chrony and ntpd as well.
pub fn clock_is_synchronised() -> Option<bool> {
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
pub fn show(path: &Path) -> io::Result<()> {
    let mut viewer = Command::new("xdg-open");
    viewer
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
}
