//! A bound on the connections of one store: a server has a hundred for everybody, unless it is told
//! otherwise.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// The connections that one store has at most.
const MOST: usize = 32;

/// Places for connections that are in use.
#[derive(Default)]
pub(super) struct Slots {
    taken: Mutex<usize>,
    freed: Condvar,
}

/// A place, until it is dropped.
pub(super) struct Slot<'a>(&'a Slots);

impl Slots {
    /// Waits for a place; `None` if there was none by then.
    pub(super) fn wait(&self, until: Instant) -> Option<Slot<'_>> {
        let left = until.saturating_duration_since(Instant::now());
        let is_full = |taken: &mut usize| *taken >= MOST;
        let waited = self.freed.wait_timeout_while(self.taken(), left, is_full);
        let (mut taken, result) = waited.unwrap_or_else(PoisonError::into_inner);
        if result.timed_out() {
            return None;
        }
        *taken += 1;
        Some(Slot(self))
    }

    fn taken(&self) -> MutexGuard<'_, usize> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.0.taken() -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_comes_when_all_places_are_taken_waits_for_one() {
        let slots = Slots::default();
        let soon = || Instant::now() + Duration::from_millis(20);
        let mut taken: Vec<_> = (0..MOST).map(|_| slots.wait(soon()).unwrap()).collect();
        assert!(slots.wait(soon()).is_none());
        taken.pop();
        assert!(slots.wait(soon()).is_some());
    }
}
