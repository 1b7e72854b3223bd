use super::{Account, Challenge, Push, Question, Throttle, UnixTime};

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
    /// There is no device to ask.
    NoDevice,
    /// A challenge is open already.
    Pending,
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
            Self::NoDevice => "no_device",
            Self::Pending => "pending",
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

    /// Decides whether a code may be sent at `now` to a number that is not the app's yet, and returns
    /// the account to record before it is.
    pub fn send_proof(&self, now: UnixTime) -> (Asked, Self) {
        if self.is_disabled() {
            return (Asked::Disabled, self.clone());
        }
        let left = self.sms.as_ref().map_or(0, |sms| sms.wait(now));
        let (answer, asked) = match self.admit_sending(left, now) {
            Ok(asked) => (Asked::Sent, asked),
            Err(refused) => refused,
        };
        (answer, Self { asked, ..self.clone() })
    }

    /// Decides whether the devices may be asked something at `now`, and returns the account to record
    /// before they are.
    pub fn challenge(&self, question: Question, now: UnixTime) -> (Asked, Self) {
        if let Some(refused) = self.refusal_to_ask(now) {
            return (refused, self.clone());
        }
        let push = self.push.at(now);
        match self.admit_sending(push.wait(now), now) {
            Ok(asked) => {
                let challenge = Some(Challenge::new(question, now));
                (Asked::Sent, Self { push: Push { challenge, ..push }, asked, ..self.clone() })
            }
            Err((refused, asked)) => (refused, Self { push, asked, ..self.clone() }),
        }
    }

    fn refusal_to_ask(&self, now: UnixTime) -> Option<Asked> {
        if self.is_disabled() {
            Some(Asked::Disabled)
        } else if self.push.devices.is_empty() {
            Some(Asked::NoDevice)
        } else {
            self.push.open(now).map(|_| Asked::Pending)
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
    use crate::domain::factor::samples::{device, question};
    use crate::domain::{Answer, Approval, DeviceId, Sent, Sms, Totp};

    const NOW: UnixTime = UnixTime(1_000_000);

    fn account() -> Account {
        let sms = Some(Sms::new("+15550100199".parse().unwrap(), NOW));
        let push = Push::default().with_device(device(1, NOW)).unwrap();
        Account { sms, push, ..Account::new("Corp".parse().unwrap(), None, Totp::default(), None) }
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
    fn a_proof_counts_as_a_code_does_and_leaves_the_phone_as_it_is() {
        let proof = |account: &Account, after| account.send_proof(UnixTime(NOW.0 + after));
        let counted = Account { asked: Throttle::default().failed(NOW), ..account() };
        assert_eq!(proof(&account(), 0), (Asked::Sent, counted));
        assert_eq!(proof(&ask(&account(), 0).1, 20).0, throttled(40));
        let mut disabled = Account { sms: None, ..account() };
        for _ in 0..4 {
            disabled = proof(&disabled, 0).1;
        }
        assert_eq!(proof(&disabled, 0).0, throttled(30));
        disabled.guard.throttle.failures = 100;
        assert_eq!(proof(&disabled, 30), (Asked::Disabled, disabled.clone()));
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

    fn challenge(account: &Account, after: u64) -> (Asked, Account) {
        account.challenge(question(2), UnixTime(NOW.0 + after))
    }

    #[test]
    fn a_question_is_asked_while_no_other_is_open_and_counts_with_the_codes_that_are_sent() {
        let (asked, open) = challenge(&account(), 0);
        let push = Push { challenge: Some(Challenge::new(question(2), NOW)), ..account().push };
        let expected = Account { push, asked: Throttle::default().failed(NOW), ..account() };
        assert_eq!((asked, &open), (Asked::Sent, &expected));
        assert_eq!(challenge(&open, 119), (Asked::Pending, open.clone()));
        assert_eq!(challenge(&open, 120).0, Asked::Sent);
        let mut account = account();
        for after in [0, 120] {
            account = ask(&challenge(&account, after).1, after).1;
        }
        assert_eq!((account.asked.failures, challenge(&account, 240).0), (4, Asked::Sent));
        assert_eq!(ask(&challenge(&account, 240).1, 240).0, throttled(60));
    }

    #[test]
    fn after_a_denial_nothing_is_asked_for_an_hour_whatever_the_clock_does_unless_unlocked() {
        let (_, open) = challenge(&account(), 0);
        let denied = open.push.answered(question(2).id, DeviceId([1; 16]), Answer::Deny, NOW);
        let denied = Account { push: denied.unwrap(), ..open };
        let (asked, after) = challenge(&denied, 10);
        assert_eq!(
            (asked, after.asked.throttled_at),
            (throttled(3590), Some(UnixTime(NOW.0 + 10)))
        );
        assert_eq!(challenge(&denied, 3600).0, Asked::Sent);
        let (asked, set_back) = denied.challenge(question(2), UnixTime(5));
        assert_eq!((asked, set_back.push.denied), (throttled(3600), Some(UnixTime(5))));
        assert_eq!(challenge(&denied.clone().without_failures(), 10).0, throttled(3590));
        assert_eq!(challenge(&denied.clone().unlocked(), 10).0, Asked::Sent);
        assert_eq!(ask(&denied, 60).0, Asked::Sent, "a code can be sent");
    }

    #[test]
    fn nothing_is_asked_without_a_device_nor_of_a_disabled_app() {
        let without = Account { push: Push::default(), ..account() };
        assert_eq!(challenge(&without, 0), (Asked::NoDevice, without.clone()));
        let mut disabled = account();
        disabled.guard.throttle.failures = 100;
        assert_eq!(challenge(&disabled, 0), (Asked::Disabled, disabled.clone()));
    }

    #[test]
    fn a_clock_set_back_behind_a_question_ends_it() {
        let (_, open) = challenge(&account(), 0);
        let before = UnixTime(NOW.0 - 1);
        let (asked, other) = open.challenge(question(3), before);
        assert_eq!(asked, Asked::Sent);
        assert_eq!(other.push.challenge, Some(Challenge::new(question(3), before)));
        let approval = Approval { id: question(2).id, caller: None };
        assert_eq!(other.push.asked_by(&approval), None);
        let waits = Account { asked: Throttle { failures: 4, ..open.asked.clone() }, ..open };
        let (asked, ended) = waits.challenge(question(3), before);
        assert_eq!((asked, ended.push.open(NOW)), (throttled(30), None));
    }
}
