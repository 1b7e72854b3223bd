use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::UnixTime;

/// The length of a window in seconds.
const WINDOW: u64 = 3600;

/// The messages of an hour for all apps together, which a bound keeps from costing more than their
/// payer can bear.
///
/// The hour begins with its first message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsQuota {
    /// The beginning of the hour, or an earlier time to which the clock was set back since.
    pub began: Option<UnixTime>,
    /// The number of messages since then.
    pub sent: u32,
}

/// A quota that is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedUp {
    /// Seconds until more can be sent.
    pub retry_after: u64,
    /// The quota to record.
    pub quota: SmsQuota,
}

impl SmsQuota {
    /// Counts a message, and returns the quota to record before it is sent.
    ///
    /// A clock set back begins the hour again and forgets no message of it.
    ///
    /// # Errors
    /// [`UsedUp`] if this many were sent within the hour.
    pub fn counting_one(self, per_hour: NonZeroU32, now: UnixTime) -> Result<Self, UsedUp> {
        let began = self.began.unwrap_or(now).min(now);
        let left = began.0.saturating_add(WINDOW).saturating_sub(now.0);
        let quota = Self { began: Some(began), ..self };
        if left == 0 {
            Ok(Self { began: Some(now), sent: 1 })
        } else if self.sent < per_hour.get() {
            Ok(Self { sent: self.sent.saturating_add(1), ..quota })
        } else {
            Err(UsedUp { retry_after: left, quota })
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TWO: NonZeroU32 = NonZeroU32::new(2).unwrap();

    fn quota(began: u64, sent: u32) -> SmsQuota {
        SmsQuota { began: Some(UnixTime(began)), sent }
    }

    fn used_up(retry_after: u64, began: u64) -> Result<SmsQuota, UsedUp> {
        Err(UsedUp { retry_after, quota: quota(began, 2) })
    }

    #[test]
    fn no_more_are_sent_within_an_hour_of_the_first() {
        let at = |quota: SmsQuota, now| quota.counting_one(TWO, UnixTime(now));
        assert_eq!(at(SmsQuota::default(), 5), Ok(quota(5, 1)));
        assert_eq!(at(quota(5, 1), 1005), Ok(quota(5, 2)));
        assert_eq!(at(quota(5, 2), 3604), used_up(1, 5));
        assert_eq!(at(quota(5, 2), 3605), Ok(quota(3605, 1)));
    }

    #[test]
    fn a_clock_set_back_gives_nothing_anew_and_no_longer_wait_than_an_hour() {
        let at = |sent| quota(9000, sent).counting_one(TWO, UnixTime(5));
        assert_eq!((at(1), at(2)), (Ok(quota(5, 2)), used_up(3600, 5)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_the_clock_does_a_wait_for_as_long_as_is_said_is_enough_and_no_less(
            began in any::<Option<u64>>(), sent in any::<u32>(), now in any::<u64>(), most in 1..9_u32
        ) {
            let most = NonZeroU32::new(most).unwrap();
            let quota = SmsQuota { began: began.map(UnixTime), sent };
            if let Err(UsedUp { retry_after, quota }) = quota.counting_one(most, UnixTime(now)) {
                prop_assert!((1..=3600).contains(&retry_after));
                let then = UnixTime(now.saturating_add(retry_after));
                prop_assert!(quota.counting_one(most, UnixTime(then.0 - 1)).is_err());
                prop_assert!(then.0 == u64::MAX || quota.counting_one(most, then).is_ok());
            }
        }
    }
}
