use super::{Account, Enrolment, Guard, Otp};

impl Enrolment {
    /// Returns the account to record where this enrolment replaces another.
    #[must_use]
    pub fn succeeding(&self, old: &Self) -> Account {
        let same = self.secret.expose_bytes() == old.secret.expose_bytes();
        self.account.clone().succeeding(&old.account, same)
    }

    /// Returns the account to record where an app of this name has lost its secret, which may be
    /// the same.
    #[must_use]
    pub fn succeeding_lost(&self, lost: Option<&Account>) -> Account {
        let account = self.account.clone();
        lost.into_iter().fold(account, |account, lost| account.succeeding(lost, true))
    }
}

/// What a secret's codes have been accepted up to.
#[derive(Default)]
struct Used {
    /// The end of the last accepted time step, in seconds.
    until: Option<u64>,
    /// The last accepted counter.
    counter: Option<u64>,
}

impl Account {
    /// Carries what was used over from the account that this one replaces, unless something of its
    /// own is newer: the code that confirmed it.
    ///
    /// What was used belongs to a secret, and is carried where both accounts have the same one. A
    /// time step is carried to another secret too, a counter not: it would shut a new token out
    /// for ever.
    #[must_use]
    pub fn succeeding(mut self, old: &Self, has_same_secret: bool) -> Self {
        let used = old.used(has_same_secret);
        match (&mut self.otp, &old.otp) {
            (Otp::Hotp(new), Otp::Hotp(then)) if has_same_secret => {
                new.counter = new.counter.max(then.counter);
            }
            // It stays the token's, whatever it is called: as a phone's, a step that was ahead would
            // look like one from a wrong clock.
            (Otp::Totp(_), Otp::Totp(_)) if has_same_secret => {
                self.drift = old.drift.or(self.drift);
            }
            (Otp::Hotp(_), _) if !has_same_secret => return self,
            _ => {}
        }
        let step = |period: u64| used.until.map(|end| end.saturating_sub(1) / period);
        let (last, other) = match self.otp.period() {
            Some(period) => (step(period), used.counter),
            None => (used.counter, used.until),
        };
        let guard = &mut self.guard;
        guard.last_step = guard.last_step.max(last);
        guard.other_kind = guard.other_kind.max(other);
        self
    }

    /// Returns what was used, as far as it counts for the successor.
    ///
    /// The step of a token that was ahead would shut out the phone that replaces it for as long.
    fn used(&self, has_same_secret: bool) -> Used {
        let Guard { last_step, other_kind, .. } = self.guard;
        let Some(period) = self.otp.period() else {
            let used = Used { until: other_kind, counter: last_step };
            return if has_same_secret { used } else { Used::default() };
        };
        let ahead = i8::from(self.drift.unwrap_or_default()).max(0).unsigned_abs();
        let ahead = if has_same_secret { 0 } else { ahead.into() };
        let end = |step: u64| step.saturating_sub(ahead).saturating_add(1).saturating_mul(period);
        Used { until: last_step.map(end), counter: other_kind.filter(|_| has_same_secret) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::factor::samples::device;
    use crate::domain::{Drift, Hotp, Push, Sms, Totp, UnixTime};

    fn by_clock(period: u64, last_step: Option<u64>) -> Account {
        let totp = Totp { period: period.try_into().unwrap(), ..Totp::default() };
        used(totp, last_step)
    }

    fn by_counter(counter: u64, last_step: Option<u64>) -> Account {
        used(Hotp { counter, ..Hotp::default() }, last_step)
    }

    fn used(otp: impl Into<Otp>, last_step: Option<u64>) -> Account {
        let mut account = Account::new("Corp".parse().unwrap(), None, otp, None);
        account.guard.last_step = last_step.or(account.guard.last_step);
        account
    }

    fn last(new: Account, old: &Account, has_same_secret: bool) -> Option<u64> {
        new.succeeding(old, has_same_secret).guard.last_step
    }

    #[test]
    fn a_successor_never_opens_to_a_step_that_the_old_account_has_used() {
        for (old, new, step, carried) in
            [(30, 30, 7, 7), (60, 30, 7, 15), (30, 60, 7, 3), (30, 60, 8, 4)]
        {
            for same in [false, true] {
                let old = by_clock(old, Some(step));
                assert_eq!(last(by_clock(new, None), &old, same), Some(carried));
            }
        }
        assert_eq!(last(by_clock(30, None), &by_clock(30, None), true), None);
        for (confirmed, old) in [(7, None), (7, Some(6)), (6, Some(7))] {
            assert_eq!(last(by_clock(30, Some(confirmed)), &by_clock(30, old), true), Some(7));
        }
        assert!(last(by_clock(15, None), &by_clock(300, Some(u64::MAX)), true).is_some());
    }

    #[test]
    fn a_token_that_was_ahead_does_not_shut_out_the_phone_that_replaces_it() {
        let drift = Some(Drift::try_from(40).unwrap());
        let token = Account { drift, ..by_clock(30, Some(140)) };
        assert_eq!(last(by_clock(30, None), &token, false), Some(100));
        assert_eq!(last(by_clock(30, None), &token, true), Some(140));
    }

    #[test]
    fn the_secret_of_a_token_stays_a_tokens() {
        let drift = Some(Drift::try_from(40).unwrap());
        let token = Account { drift, ..by_clock(30, Some(140)) };
        let new =
            [by_clock(30, None), Account { drift: Some(Drift::default()), ..by_clock(30, None) }];
        for new in new {
            assert_eq!(new.clone().succeeding(&token, true).drift, drift);
            assert_eq!(new.clone().succeeding(&token, false).drift, new.drift);
        }
    }

    #[test]
    fn a_counter_is_kept_with_its_secret_and_does_not_shut_out_another_token() {
        let old = by_counter(0, Some(70));
        assert_eq!(last(by_counter(0, None), &old, true), Some(70));
        assert_eq!(last(by_counter(0, None), &old, false), None);
        assert_eq!(last(by_counter(90, None), &old, true), Some(89));
        let shown = by_counter(80, Some(70));
        assert_eq!(by_counter(0, None).succeeding(&shown, true).handed_on(), shown.handed_on());
    }

    #[test]
    fn neither_a_step_nor_a_counter_shuts_out_another_secret_of_the_other_kind() {
        assert_eq!(last(by_counter(0, None), &by_clock(30, Some(60_000_000)), false), None);
        assert_eq!(last(by_clock(30, None), &by_counter(0, Some(5)), false), None);
    }

    #[test]
    fn what_a_secret_has_used_comes_back_with_it_whatever_kind_it_was_of_meanwhile() {
        let phone = by_clock(30, Some(140));
        let token = by_counter(0, None).succeeding(&phone, true);
        assert_eq!(token.guard.last_step, None, "it opens with its first code");
        let used = used(token.otp, Some(5)).succeeding(&token, true);
        for kind in [by_clock(60, None), used_steam()] {
            let between = kind.succeeding(&used, true);
            assert_eq!(last(by_clock(30, None), &between, true).map(|step| step / 2), Some(70));
            assert_eq!(last(by_counter(0, None), &between, true), Some(5));
            assert_eq!(last(by_counter(0, None), &between, false), None);
        }
    }

    #[test]
    fn a_successor_has_no_phone_and_no_device_of_the_old_account_and_keeps_its_own() {
        let mut old = by_clock(30, Some(7));
        old.sms = Some(Sms::new("+15550100199".parse().unwrap(), UnixTime(1)));
        old.push = Push::default().with_device(device(1, UnixTime(1))).unwrap();
        let new = by_clock(30, Some(7));
        assert_eq!(new.clone().succeeding(&old, true), new);
        assert_eq!(old.clone().succeeding(&new, true), old);
    }

    fn used_steam() -> Account {
        used(Otp::Steam, None)
    }
}
