//! The first steps of the process, in place of those that std takes before `main`.
//!
//! std aborts if a standard descriptor is closed and there is no `/dev/null`, and it forgets
//! whether SIGPIPE was ignored, which the command that `mfa run` becomes has to inherit.

use std::ffi::{CStr, OsStr, OsString, c_char, c_int};
use std::io;
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::ffi::OsStrExt;
use std::panic::{self, UnwindSafe};
use std::slice;

use nix::libc::{AT_SECURE, getauxval};
use nix::sys::signal::{SigHandler, Signal, signal};

/// The status of a program that panicked, as std has it.
const PANICKED: u8 = 101;

/// The highest descriptor of a standard stream.
const LAST_STANDARD: i32 = 2;

#[cfg_attr(not(test), unsafe(no_mangle))]
#[expect(unsafe_code, reason = "only the program's first function comes before what std does")]
extern "C" fn main(count: c_int, words: *const *const c_char) -> c_int {
    status(|| {
        #[cfg(all(target_env = "gnu", target_feature = "crt-static"))]
        load_no_name_services();
        let ready = occupy_standard_descriptors();
        fail_rather_than_die(Signal::SIGPIPE);
        fail_rather_than_die(Signal::SIGXFSZ);
        // SAFETY: the C library calls this with an array of `count` strings, which the kernel made
        // and which nothing changes while the process lives.
        let words = unsafe { slice::from_raw_parts(words, usize::try_from(count).unwrap_or(0)) };
        // SAFETY: as above, and each ends with a NUL.
        let words = words.iter().map(|&word| unsafe { CStr::from_ptr(word) });
        crate::run(words.skip(1).map(owned).collect(), ready)
    })
}

/// Returns the status of the whole program.
///
/// A panic must not choose it, nor may one leave a function that C has called.
fn status(program: impl FnOnce() -> u8 + UnwindSafe) -> c_int {
    panic::catch_unwind(program).unwrap_or(PANICKED).into()
}

fn owned(word: &CStr) -> OsString {
    OsStr::from_bytes(word.to_bytes()).to_owned()
}

/// Looks names up in files and in the DNS alone.
///
/// Whatever else `/etc/nsswitch.conf` names is a shared library, which works only with the C library
/// that it was built for: with `libnss_myhostname` of Debian 13, a program that has Debian 12's C
/// library in it dies of SIGFPE.
#[cfg(all(target_env = "gnu", target_feature = "crt-static"))]
#[expect(unsafe_code, reason = "only the C library can be told so")]
fn load_no_name_services() {
    unsafe extern "C" {
        /// Does for this process what a line of `/etc/nsswitch.conf` does (glibc's `nss.h`).
        fn __nss_configure_lookup(database: *const c_char, services: *const c_char) -> c_int;
    }
    for (database, services) in [(c"hosts", c"files dns"), (c"passwd", c"files")] {
        // SAFETY: both end with a NUL and live for ever, and there is no other thread yet.
        // It fails for a database that it does not know, and it knows these.
        let _ = unsafe { __nss_configure_lookup(database.as_ptr(), services.as_ptr()) };
    }
}

/// Opens something harmless on closed standard descriptors: a file of the store that was opened
/// there would be read as stdin and written as stdout.
///
/// A pipe that nobody writes to needs no file system. It reads as empty, accepts no writes, and,
/// unlike std's `/dev/null`, leaves the descriptor closed for a command that `run` becomes.
fn occupy_standard_descriptors() -> io::Result<()> {
    loop {
        let (reader, writer) = io::pipe()?;
        drop(writer);
        if reader.as_raw_fd() > LAST_STANDARD {
            return Ok(());
        }
        let _stays_open = reader.into_raw_fd();
    }
}

/// Makes a write fail that would otherwise end the program with this signal, so that the failure is
/// reported.
///
/// A handled signal returns to its default in a program that this one becomes; one that the caller
/// ignores stays ignored there.
#[expect(unsafe_code, reason = "a handler may do little")]
fn fail_rather_than_die(by: Signal) {
    // SAFETY: a handler that does nothing may interrupt anything.
    let before = unsafe { signal(by, SigHandler::Handler(nothing)) };
    if matches!(before, Ok(SigHandler::SigIgn)) {
        // SAFETY: this restores the previous disposition.
        let _ = unsafe { signal(by, SigHandler::SigIgn) };
    }
}

extern "C" fn nothing(_: c_int) {}

/// Reports whether the kernel started the program with rights that its caller lacks: setuid,
/// setgid, or file capabilities, which no user ID reveals.
#[expect(unsafe_code, reason = "std does not tell")]
pub fn kernel_says_elevated() -> bool {
    // SAFETY: it reads a value that the kernel left for the process, and changes nothing.
    unsafe { getauxval(AT_SECURE) != 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_never_success() {
        assert_eq!(status(|| 3), 3);
        assert_eq!(status(|| panic!("on purpose")), 101);
    }
}
