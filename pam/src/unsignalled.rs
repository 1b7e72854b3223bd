//! Threads of ours in a program that is not.

use std::io;
use std::thread::{Builder, Scope};

use nix::sys::signal::{SigSet, SigmaskHow};

/// Starts a thread to which no signal comes.
///
/// Signals are for the program's own threads: it may block one in all of them and wait for it, or mean to
/// interrupt what it waits for.
pub fn spawn<'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() + Send + 'scope,
) -> io::Result<()> {
    let before = SigSet::all().thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    // A thread begins with the mask of the one that starts it, and so do those that it starts.
    let started = Builder::new().spawn_scoped(scope, work);
    before.thread_set_mask()?;
    started.map(drop)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::thread;

    use nix::sys::signal::Signal;

    use super::*;

    fn blocked() -> SigSet {
        SigSet::thread_get_mask().unwrap()
    }

    #[test]
    fn a_thread_of_ours_takes_no_signal_and_the_caller_takes_the_same_as_before() {
        let (before, mut there) = (blocked(), SigSet::empty());
        let _unshared = Cell::new(());
        thread::scope(|scope| {
            let there = &mut there;
            spawn(scope, move || {
                thread::scope(|scope| {
                    let inner = scope.spawn(blocked);
                    *there = inner.join().unwrap();
                });
            })
            .unwrap();
        });
        assert_eq!(blocked(), before);
        for signal in [Signal::SIGALRM, Signal::SIGCHLD, Signal::SIGINT, Signal::SIGTERM] {
            assert!(there.contains(signal) && !before.contains(signal), "{signal}");
        }
    }
}
