use super::{UnixTime, Verdict};

/// Are allowed in a row before the first wait: a slip or two of the fingers cost nothing.
/// RFC 4226 §7.3 asks for a throttling parameter and leaves it to the verifier.
const FREE_FAILURES: u32 = 3;

/// Is the wait after one failure more, in seconds; it doubles with each further one (the delay
/// scheme of RFC 4226 §7.3). A period long, so that waiting costs the guesser the code.
const FIRST_WAIT: u64 = 30;

/// Caps the wait, in seconds: an owner whose app was guessed at is back within an hour.
const LONGEST_WAIT: u64 = 3600;

/// Is the number of failures in a row that disables the app until its owner unlocks it: the limit
/// of NIST SP 800-63B §5.2.2. Three codes of a million are right at a time, so a guesser who
/// spends all hundred gets in with a chance of 1 in 3,333.
pub const DISABLE_AFTER: u32 = 100;

/// Remembers of past attempts what decides on the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// The newest time step whose code was accepted; none up to it is accepted again.
    pub last_step: Option<u64>,
    /// How many failures there were in a row.
    pub failures: u32,
    /// When the wait began: at the last failure, or later where the clock went back.
    pub failed_at: Option<UnixTime>,
}

impl Guard {
    /// Decides on one attempt at `now`, and gives the guard to record before the answer.
    ///
    /// `matching_step` looks at the code: the newest time step it is right for. It is not called
    /// while the app is throttled or disabled, so that guesses made then teach nothing.
    pub fn decide(
        &self,
        now: UnixTime,
        matching_step: impl FnOnce() -> Option<u64>,
    ) -> (Verdict, Self) {
        if self.failures >= DISABLE_AFTER {
            return (Verdict::Disabled, self.clone());
        }
        let wait = wait_after(self.failures);
        if wait > 0 {
            // A beginning that lies ahead means that the clock went back: the wait begins anew,
            // neither forgotten nor longer than its full length.
            let began = self.failed_at.filter(|began| *began <= now).unwrap_or(now);
            let waited = now.0 - began.0;
            if waited < wait {
                let throttled = Verdict::Throttled { retry_after: wait - waited };
                return (throttled, Self { failed_at: Some(began), ..self.clone() });
            }
        }
        match matching_step() {
            Some(step) if self.last_step.is_none_or(|last| step > last) => {
                (Verdict::Accepted, Self { last_step: Some(step), failures: 0, failed_at: None })
            }
            Some(_) => (Verdict::Reused, self.failed(now)),
            None => (Verdict::Wrong, self.failed(now)),
        }
    }

    fn failed(&self, now: UnixTime) -> Self {
        Self { last_step: self.last_step, failures: self.failures + 1, failed_at: Some(now) }
    }
}

/// Gives the wait in seconds that follows so many failures in a row.
fn wait_after(failures: u32) -> u64 {
    match failures.checked_sub(FREE_FAILURES + 1) {
        None => 0,
        // Seven doublings pass the cap; more would only overflow.
        Some(doublings) => (FIRST_WAIT << doublings.min(7)).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime(1_000_000);

    fn after(failures: u32, failed_at: u64) -> Guard {
        Guard { last_step: Some(7), failures, failed_at: Some(UnixTime(failed_at)) }
    }

    fn unlooked() -> Option<u64> {
        panic!("the code was looked at")
    }

    #[test]
    fn the_fourth_failure_starts_the_wait_and_each_further_one_doubles_it_up_to_an_hour() {
        let waits: Vec<u64> = (0..=12).map(wait_after).collect();
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(wait_after(u32::MAX), 3600);
    }

    #[test]
    fn a_newer_step_is_accepted_and_resets_the_count() {
        let (verdict, guard) = after(3, NOW.0).decide(NOW, || Some(8));
        assert_eq!(verdict, Verdict::Accepted);
        assert_eq!(guard, Guard { last_step: Some(8), failures: 0, failed_at: None });
    }

    #[test]
    fn the_last_accepted_step_and_older_ones_are_reused_whatever_the_clock_says() {
        for (step, now) in [(7, NOW), (6, NOW), (0, UnixTime(0))] {
            let (verdict, guard) = after(0, 0).decide(now, || Some(step));
            assert_eq!(verdict, Verdict::Reused);
            assert_eq!(guard, after(1, now.0), "a reuse is a failure like any other");
        }
    }

    #[test]
    fn a_wrong_code_counts() {
        assert_eq!(after(2, 5).decide(NOW, || None), (Verdict::Wrong, after(3, NOW.0)));
    }

    #[test]
    fn a_throttled_code_is_not_looked_at_and_does_not_extend_the_wait() {
        let guard = after(5, NOW.0 - 59);
        assert_eq!(
            guard.decide(NOW, unlooked),
            (Verdict::Throttled { retry_after: 1 }, guard.clone())
        );
        assert_eq!(after(5, NOW.0 - 60).decide(NOW, || None).0, Verdict::Wrong);
    }

    #[test]
    fn a_clock_set_back_starts_the_wait_again_from_the_new_time() {
        let throttled = Verdict::Throttled { retry_after: 60 };
        assert_eq!(after(5, NOW.0 + 1).decide(NOW, unlooked), (throttled.clone(), after(5, NOW.0)));
        let undated = Guard { failed_at: None, ..after(5, 0) };
        assert_eq!(undated.decide(NOW, unlooked), (throttled, after(5, NOW.0)));
    }

    #[test]
    fn a_hundred_failures_in_a_row_disable_the_app_for_good() {
        assert_eq!(after(99, 0).decide(NOW, || None), (Verdict::Wrong, after(100, NOW.0)));
        let disabled = after(100, NOW.0);
        assert_eq!(
            disabled.decide(UnixTime(u64::MAX), unlooked),
            (Verdict::Disabled, disabled.clone())
        );
    }

    #[test]
    fn no_time_overflows() {
        let end = UnixTime(u64::MAX);
        let throttled = Verdict::Throttled { retry_after: 3600 };
        assert_eq!(after(50, end.0).decide(end, unlooked), (throttled, after(50, end.0)));
    }
}
