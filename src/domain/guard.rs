use super::{Throttle, UnixTime, Verdict};

/// The memory of past codes that decides on the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// The newest time step, or counter, whose code was accepted; none up to it is accepted again.
    pub last_step: Option<u64>,
    /// What the same secret used up when its codes were of the other kind: the seconds by the
    /// clock, for codes by counter now, else the last counter.
    pub other_kind: Option<u64>,
    /// The failures since then.
    pub throttle: Throttle,
}

impl Guard {
    /// Decides on one attempt at `now`, and returns the guard to record before the answer.
    ///
    /// `matching_step` looks at the code: the newest time step or counter it is right for. It is not
    /// called while the app is throttled, or disabled after `limit` failures, so that guesses made
    /// then teach nothing.
    pub fn decide(
        &self,
        now: UnixTime,
        limit: u32,
        matching_step: impl FnOnce() -> Option<u64>,
    ) -> (Verdict, Self) {
        if let Err((verdict, throttle)) = self.throttle.admit(now, limit) {
            return (verdict, Self { throttle, ..*self });
        }
        match matching_step() {
            Some(step) if self.last_step.is_none_or(|last| step > last) => {
                let last_step = Some(step);
                (Verdict::Accepted, Self { last_step, throttle: Throttle::default(), ..*self })
            }
            reused => {
                let verdict = if reused.is_some() { Verdict::Reused } else { Verdict::Wrong };
                (verdict, Self { throttle: self.throttle.failed(now), ..*self })
            }
        }
    }

    /// Allows codes to be accepted again from `current` on where the last accepted step is further ahead
    /// than a right clock can have brought it; never one up to `current`, which may have been used.
    pub(super) fn with_clock_corrected(&self, current: u64) -> Self {
        let ahead = self.last_step.is_some_and(|step| step > current.saturating_add(1));
        Self { last_step: if ahead { Some(current) } else { self.last_step }, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DISABLE_AFTER;

    const NOW: UnixTime = UnixTime(1_000_000);

    fn after(failures: u32, failed_at: UnixTime) -> Guard {
        let failing_since = Some(UnixTime(7));
        Guard {
            last_step: Some(7),
            other_kind: None,
            throttle: Throttle {
                failures,
                failed_at: Some(failed_at),
                failing_since,
                throttled_at: None,
            },
        }
    }

    #[test]
    fn a_newer_step_is_accepted_and_resets_the_count() {
        let (verdict, guard) = after(3, NOW).decide(NOW, DISABLE_AFTER, || Some(8));
        assert_eq!(verdict, Verdict::Accepted);
        assert_eq!(guard, Guard { last_step: Some(8), ..Guard::default() });
    }

    #[test]
    fn the_last_accepted_step_and_older_ones_are_reused_whatever_the_clock_says() {
        for (step, now) in [(7, NOW), (6, NOW), (0, UnixTime(0))] {
            let (verdict, guard) = after(1, NOW).decide(now, DISABLE_AFTER, || Some(step));
            assert_eq!(verdict, Verdict::Reused);
            assert_eq!(guard, after(2, now), "a reuse is a failure like any other");
        }
    }

    #[test]
    fn a_wrong_code_counts() {
        assert_eq!(
            after(2, UnixTime(5)).decide(NOW, DISABLE_AFTER, || None),
            (Verdict::Wrong, after(3, NOW))
        );
    }

    #[test]
    fn a_throttled_code_is_not_looked_at() {
        let guard = after(5, NOW);
        let (verdict, after) =
            guard.decide(NOW, DISABLE_AFTER, || panic!("the code was looked at"));
        assert_eq!(verdict, Verdict::Throttled { retry_after: 60 });
        let throttle = Throttle { throttled_at: Some(NOW), ..guard.throttle.clone() };
        assert_eq!(after, Guard { throttle, ..guard });
    }

    #[test]
    fn correcting_the_clock_opens_only_to_steps_after_the_current_one() {
        let corrected = |current| after(0, NOW).with_clock_corrected(current).last_step;
        assert_eq!((corrected(5), corrected(6), corrected(9)), (Some(5), Some(7), Some(7)));
    }
}
