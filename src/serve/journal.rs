use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// The number of lines that wait for a slow reader; more are dropped.
const WAITING: usize = 1024;

/// The time, and the pauses in it, for which the end waits for the last lines: a second in all.
const LOOKS: u32 = 100;
const APART: Duration = Duration::from_millis(10);

/// The service's own log, written by a thread of its own: whoever reads it, and stops, must not hold up
/// the service. What decides is in the audit log.
pub(super) struct Journal {
    lines: SyncSender<String>,
    waiting: Arc<AtomicUsize>,
}

impl Journal {
    pub(super) fn new(write: fn(&str)) -> Self {
        let (lines, written) = sync_channel::<String>(WAITING);
        let waiting = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&waiting);
        thread::spawn(move || {
            for line in written {
                write(&line);
                left.fetch_sub(1, Ordering::Relaxed);
            }
        });
        Self { lines, waiting }
    }

    /// Adds a line, unless too many wait.
    pub(super) fn add(&self, line: String) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if self.lines.try_send(line).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        let is_done = || self.waiting.load(Ordering::Relaxed) == 0;
        let _ = (0..LOOKS).any(|_| {
            is_done() || {
                thread::sleep(APART);
                false
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_stops_holds_nobody_up() {
        let journal = Journal::new(|_| thread::sleep(Duration::from_secs(3600)));
        for _ in 0..3 * WAITING {
            journal.add("line".into());
        }
        assert!(journal.waiting.load(Ordering::Relaxed) <= WAITING + 1);
    }

    #[test]
    fn at_the_end_the_last_lines_are_written() {
        static WRITTEN: AtomicUsize = AtomicUsize::new(0);
        let journal = Journal::new(|_| {
            WRITTEN.fetch_add(1, Ordering::Relaxed);
        });
        (0..WAITING).for_each(|_| journal.add("line".into()));
        drop(journal);
        assert_eq!(WRITTEN.load(Ordering::Relaxed), WAITING);
    }
}
