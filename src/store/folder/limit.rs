//! The limit on the length of files (`ulimit -f`).

use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};

/// Fails if a file may not become as long as this.
///
/// Whoever writes beyond the limit is ended by a signal (SIGXFSZ), unless the program handles that: a
/// program that has loaded the PAM module does not, and would die as root with somebody's login.
pub(super) fn expect_allowed(length: u64) -> Result<(), Errno> {
    match getrlimit(Resource::Fsize).current {
        Some(limit) if limit < length => Err(Errno::FBIG),
        _ => Ok(()),
    }
}
