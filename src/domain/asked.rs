use super::{Account, Throttle, UnixTime};

/// What is sent out never disables an app: that would let anyone who may ask shut its owner out.
const NEVER: u32 = u32::MAX;

/// The answer to a wish that something be sent to an app's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Asked {
    /// It is recorded, and may be sent.
    Sent,
    /// Too much was sent lately.
    Throttled {
        /// Seconds until more can be sent.
        retry_after: u64,
    },
    /// The app is disabled after too many failures.
    Disabled,
    /// There is no phone to send a code to.
    NoPhone,
}

impl Asked {
    /// Returns the outcome as JSON and the audit log write it.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Sent => "done",
            Self::Throttled { .. } => "throttled",
            Self::Disabled => "disabled",
            Self::NoPhone => "no_phone",
        }
    }

    /// Returns the seconds until more can be sent, while throttled.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        if let Self::Throttled { retry_after } = self { Some(*retry_after) } else { None }
    }
}

impl Account {
    /// Decides whether a code may be sent by SMS at `now`, and returns the account to record before
    /// it is.
    ///
    /// The nonce is 16 random bytes, of which the code is made. What is recorded lets nobody in by
    /// itself.
    pub fn send_sms(&self, nonce: [u8; 16], now: UnixTime) -> (Asked, Self) {
        if self.is_disabled() {
            return (Asked::Disabled, self.clone());
        }
        let Some(sms) = &self.sms else { return (Asked::NoPhone, self.clone()) };
        match self.admit_sending(sms.wait(now), now) {
            Ok(asked) => {
                (Asked::Sent, Self { sms: Some(sms.sending(nonce, now)), asked, ..self.clone() })
            }
            Err((refused, asked)) => {
                (refused, Self { sms: Some(sms.at(now)), asked, ..self.clone() })
            }
        }
    }

    /// Admits something to be sent unless another wait than that of all sendings has seconds left,
    /// and returns the throttle of all to record.
    fn admit_sending(&self, left: u64, now: UnixTime) -> Result<Throttle, (Asked, Throttle)> {
        let (wait, throttle) = match self.asked.admit(now, NEVER) {
            Ok(()) => (0, self.asked.clone()),
            Err((verdict, throttle)) => (verdict.retry_after().unwrap_or(u64::MAX), throttle),
        };
        let retry_after = wait.max(left);
        if retry_after == 0 {
            return Ok(throttle.failed(now));
        }
        let throttled_at = throttle.throttled_at.or(Some(now));
        Err((Asked::Throttled { retry_after }, Throttle { throttled_at, ..throttle }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Sent, Sms, Totp};

    const NOW: UnixTime = UnixTime(1_000_000);

    fn account() -> Account {
        let sms = Some(Sms::new("+15550100199".parse().unwrap(), NOW));
        Account { sms, ..Account::new("Corp".parse().unwrap(), None, Totp::default(), None) }
    }

    fn ask(account: &Account, after: u64) -> (Asked, Account) {
        account.send_sms([1; 16], UnixTime(NOW.0 + after))
    }

    fn throttled(retry_after: u64) -> Asked {
        Asked::Throttled { retry_after }
    }

    #[test]
    fn what_is_sent_is_counted_and_sixty_seconds_later_more_can_be() {
        let (asked, sent) = ask(&account(), 0);
        let sms = account().sms.map(|sms| sms.sending([1; 16], NOW));
        let expected = Account { sms, asked: Throttle::default().failed(NOW), ..account() };
        assert_eq!((asked, &sent), (Asked::Sent, &expected));
        assert_eq!(ask(&sent, 59).0, throttled(1));
        assert_eq!(ask(&sent, 60).0, Asked::Sent);
    }

    #[test]
    fn after_three_that_nobody_used_the_waits_double_up_to_an_hour() {
        let (mut account, mut after) = (account(), 0);
        let mut waits = Vec::new();
        for _ in 0..13 {
            let (asked, sent) = ask(&account, after);
            assert_eq!(asked, Asked::Sent);
            account = sent;
            let wait = ask(&account, after).0.retry_after().unwrap();
            waits.push(wait);
            after += wait;
        }
        assert_eq!(waits, [60, 60, 60, 60, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
    }

    #[test]
    fn only_the_first_wish_of_a_wait_changes_the_account() {
        let (_, sent) = ask(&account(), 0);
        let (_, first) = ask(&sent, 10);
        let throttled_at = Some(UnixTime(NOW.0 + 10));
        let marked = Throttle { throttled_at, ..sent.asked.clone() };
        assert_eq!(first, Account { asked: marked, ..sent });
        assert_eq!(ask(&first, 20), (throttled(40), first.clone()));
        assert_eq!(ask(&first, 60).1.asked.throttled_at, None);
    }

    #[test]
    fn a_clock_set_back_begins_the_wait_again_and_voids_the_code() {
        let (_, sent) = ask(&account(), 0);
        let before = UnixTime(NOW.0 - 1000);
        let (asked, after) = sent.send_sms([2; 16], before);
        let void = Some(Sent { at: before, code: None });
        assert_eq!((asked, after.sms.clone().unwrap().sent), (throttled(60), void));
        assert_eq!(after.send_sms([2; 16], UnixTime(before.0 + 60)).0, Asked::Sent);
    }

    #[test]
    fn nothing_is_sent_without_a_phone_nor_for_a_disabled_app() {
        let without = Account { sms: None, ..account() };
        assert_eq!(ask(&without, 0), (Asked::NoPhone, without.clone()));
        let mut disabled = account();
        disabled.guard.throttle.failures = 100;
        assert_eq!(ask(&disabled, 0), (Asked::Disabled, disabled.clone()));
    }
}
