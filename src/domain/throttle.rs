use serde::{Deserialize, Serialize};

use super::{UnixTime, Verdict};

/// Failures allowed in a row before the first wait: a slip or two of the fingers cost nothing.
/// RFC 4226 §7.3 asks for a throttling parameter and leaves it to the verifier.
const FREE_FAILURES: u32 = 3;

/// The wait after one failure more, in seconds; it doubles with each further one (the delay
/// scheme of RFC 4226 §7.3). A period long, so that waiting costs the guesser the code.
const FIRST_WAIT: u64 = 30;

/// The longest wait, in seconds: an owner is back within an hour of the last guess.
const LONGEST_WAIT: u64 = 3600;

/// The number of failures in a row that disables the app until its owner unlocks it: the limit
/// of NIST SP 800-63B §5.2.2. Three codes of a million are right at a time, so a guesser who
/// spends all hundred gets in with a chance of 1 in 3,333.
pub const DISABLE_AFTER: u32 = 100;

/// The failures since the last success, which make the next attempt wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throttle {
    /// The number of failures in a row.
    pub failures: u32,
    /// The beginning of the wait: the last failure, or later if the clock was set back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<UnixTime>,
    /// The time of the first failure in the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<UnixTime>,
    /// The time of the first attempt during this wait, the only one that is logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttled_at: Option<UnixTime>,
}

impl Throttle {
    /// Admits an attempt at `now`, or returns the verdict and the throttle to record.
    ///
    /// `limit` is the number of failures in a row that disables.
    pub(super) fn admit(&self, now: UnixTime, limit: u32) -> Result<(), (Verdict, Self)> {
        if self.is_disabled(limit) {
            return Err((Verdict::Disabled, self.clone()));
        }
        let wait = wait_after(self.failures);
        // A beginning in the future means that the clock was set back: the wait begins anew,
        // neither forgotten nor longer than its full length.
        let began = self.failed_at.filter(|began| *began <= now).unwrap_or(now);
        let waited = now.0 - began.0;
        if waited < wait {
            let throttled = Verdict::Throttled { retry_after: wait - waited };
            let same = self.failed_at == Some(began);
            let throttled_at = self.throttled_at.filter(|_| same).or(Some(now));
            return Err((throttled, Self { failed_at: Some(began), throttled_at, ..self.clone() }));
        }
        Ok(())
    }

    /// Returns the seconds that an attempt at `now` has to wait, if any.
    #[cfg(feature = "service")]
    pub(crate) fn wait(&self, now: UnixTime) -> Option<u64> {
        self.admit(now, u32::MAX).err().and_then(|(verdict, _)| verdict.retry_after())
    }

    /// Reports whether only the owner can let anyone in again.
    pub(super) fn is_disabled(&self, limit: u32) -> bool {
        self.failures >= limit
    }

    /// Counts one failure more.
    pub(crate) fn failed(&self, now: UnixTime) -> Self {
        Self {
            failures: self.failures.saturating_add(1),
            failed_at: Some(now),
            failing_since: self.failing_since.or(Some(now)),
            throttled_at: None,
        }
    }
}

/// Returns the wait in seconds that follows this many failures in a row.
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

    fn after(failures: u32, failed_at: u64) -> Throttle {
        Throttle {
            failures,
            failed_at: Some(UnixTime(failed_at)),
            failing_since: Some(UnixTime(7)),
            throttled_at: None,
        }
    }

    fn told(throttle: &Throttle) -> Throttle {
        Throttle { throttled_at: Some(NOW), ..throttle.clone() }
    }

    fn throttled(retry_after: u64) -> Verdict {
        Verdict::Throttled { retry_after }
    }

    #[test]
    fn the_fourth_failure_starts_the_wait_and_each_further_one_doubles_it_up_to_an_hour() {
        let waits: Vec<u64> = (0..=12).map(wait_after).collect();
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(wait_after(u32::MAX), 3600);
    }

    #[test]
    fn an_attempt_within_the_wait_does_not_extend_it() {
        let throttle = after(5, NOW.0 - 59);
        assert_eq!(throttle.admit(NOW, DISABLE_AFTER), Err((throttled(1), told(&throttle))));
        assert_eq!(after(5, NOW.0 - 60).admit(NOW, DISABLE_AFTER), Ok(()));
    }

    #[test]
    fn a_clock_set_back_starts_the_wait_again_from_the_new_time() {
        assert_eq!(
            after(5, NOW.0 + 1).admit(NOW, DISABLE_AFTER),
            Err((throttled(60), told(&after(5, NOW.0))))
        );
        let undated = Throttle { failed_at: None, ..after(5, 0) };
        assert_eq!(undated.admit(NOW, DISABLE_AFTER), Err((throttled(60), told(&after(5, NOW.0)))));
    }

    #[test]
    fn only_the_first_attempt_of_a_wait_is_remembered() {
        let first = after(5, NOW.0 - 9).admit(NOW, DISABLE_AFTER).unwrap_err().1;
        let later = first.admit(UnixTime(NOW.0 + 1), DISABLE_AFTER).unwrap_err().1;
        assert_eq!((first.throttled_at, &later), (Some(NOW), &first));
        assert_eq!(first.failed(NOW).throttled_at, None);
        let set_back = UnixTime(NOW.0 - 100);
        assert_eq!(
            first.admit(set_back, DISABLE_AFTER).unwrap_err().1.throttled_at,
            Some(set_back)
        );
    }

    #[test]
    fn a_hundred_failures_in_a_row_disable_for_good() {
        assert_eq!(after(99, 0).admit(NOW, DISABLE_AFTER), Ok(()));
        let disabled = after(100, NOW.0);
        assert_eq!(
            disabled.admit(UnixTime(u64::MAX), DISABLE_AFTER),
            Err((Verdict::Disabled, disabled))
        );
    }

    #[test]
    fn the_first_failure_of_a_row_is_remembered() {
        let twice = Throttle::default().failed(UnixTime(5)).failed(UnixTime(9));
        let (failed_at, failing_since) = (Some(UnixTime(9)), Some(UnixTime(5)));
        assert_eq!(twice, Throttle { failures: 2, failed_at, failing_since, throttled_at: None });
    }

    #[test]
    fn no_time_overflows() {
        let end = UnixTime(u64::MAX);
        assert_eq!(
            after(50, end.0).admit(end, DISABLE_AFTER),
            Err((throttled(3600), Throttle { throttled_at: Some(end), ..after(50, end.0) }))
        );
    }
}
