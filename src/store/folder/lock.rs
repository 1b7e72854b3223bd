//! Exclusive locks, waited for during a bounded time.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::thread::sleep;
use std::time::Duration;

use super::dir::Dir;
use crate::store::StoreError;

/// The number of tries for a lock, and the pause between: about five seconds in all. A holder needs
/// milliseconds, so one that takes longer hangs.
const TRIES: u32 = 1000;
const APART: Duration = Duration::from_millis(5);

/// Locks a file in `dir` until it is closed, however the process ends.
pub(super) fn hold(dir: &Dir, file: &File) -> Result<(), StoreError> {
    patiently(|| Ok(attempt(dir, file)?.then_some(())))
}

/// Locks a file in `dir` unless another process holds it, and reports whether it did.
pub(super) fn attempt(dir: &Dir, file: &File) -> Result<bool, StoreError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Interrupted => Ok(false),
        Err(TryLockError::Error(e)) => Err(dir.failed(e)),
    }
}

/// Repeats an operation that another process may be blocking, until it yields a value or the time
/// is up.
pub(super) fn patiently<T>(
    mut attempt: impl FnMut() -> Result<Option<T>, StoreError>,
) -> Result<T, StoreError> {
    for _ in 0..TRIES {
        if let Some(done) = attempt()? {
            return Ok(done);
        }
        sleep(APART);
    }
    Err(StoreError::Busy)
}
