//! Holding something alone, for a bounded time of waiting.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::thread::sleep;
use std::time::Duration;

use super::dir::Dir;
use crate::store::StoreError;

/// Is how often and how long apart a lock is tried: about five seconds in all. A holder needs
/// milliseconds, so one that takes longer hangs.
const TRIES: u32 = 1000;
const APART: Duration = Duration::from_millis(5);

/// Locks a file in `dir` until it is closed, by whichever death of the process.
pub(super) fn hold(dir: &Dir, file: &File) -> Result<(), StoreError> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => sleep(APART),
            Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(e)) => return Err(dir.failed(e)),
        }
    }
    Err(StoreError::Busy)
}
