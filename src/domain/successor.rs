use super::{Account, Enrolment, Otp, Totp};

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

impl Account {
    /// Carries the last accepted time step or counter over from the account that this one
    /// replaces, unless one of its own is newer: the code that confirmed it.
    ///
    /// Counters belong to a secret, so they are carried where both accounts have the same one, as
    /// is what a token has shown.
    #[must_use]
    pub fn succeeding(mut self, old: &Self, has_same_secret: bool) -> Self {
        let carried = match (&mut self.otp, &old.otp) {
            (Otp::Totp(new), Otp::Totp(then)) => old.used_until(then, has_same_secret, *new),
            (Otp::Hotp(new), Otp::Hotp(then)) if has_same_secret => {
                new.counter = new.counter.max(then.counter);
                old.guard.last_step
            }
            _ => None,
        };
        self.guard.last_step = self.guard.last_step.max(carried);
        self
    }

    /// Returns the last time step, in periods of the new codes, that begins before the end of the
    /// last accepted one.
    ///
    /// The step of a token that was ahead would shut out a phone for as long.
    fn used_until(&self, then: &Totp, has_same_secret: bool, new: Totp) -> Option<u64> {
        let ahead = i8::from(self.drift.unwrap_or_default()).max(0);
        let ahead = if has_same_secret { 0 } else { u64::from(ahead.unsigned_abs()) };
        let step = self.guard.last_step?.saturating_sub(ahead);
        let end = step.saturating_add(1).saturating_mul(then.period.get());
        Some((end - 1) / new.period.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Drift, Hotp};

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
    fn a_counter_is_kept_with_its_secret_and_does_not_shut_out_another_token() {
        let old = by_counter(0, Some(70));
        assert_eq!(last(by_counter(0, None), &old, true), Some(70));
        assert_eq!(last(by_counter(0, None), &old, false), None);
        assert_eq!(last(by_counter(90, None), &old, true), Some(89));
        let shown = by_counter(80, Some(70));
        assert_eq!(by_counter(0, None).succeeding(&shown, true).handed_on(), shown.handed_on());
    }

    #[test]
    fn nothing_is_carried_between_codes_by_clock_and_by_counter() {
        assert_eq!(last(by_counter(0, None), &by_clock(30, Some(60_000_000)), true), None);
        assert_eq!(last(by_clock(30, None), &by_counter(0, Some(5)), true), None);
    }
}
