use zeroize::Zeroizing;

use super::{Code, Guard, Label, Secret, Totp, UnixTime, provisioning_uri};

/// Holds what the store knows of an app besides its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who issues the codes.
    pub issuer: Label,
    /// Whose they are; unknown for an app that `mfa.py` made.
    pub account: Option<Label>,
    /// How codes are made.
    pub totp: Totp,
    /// When it was enrolled, where that is known.
    pub created: Option<UnixTime>,
    /// When a code was last accepted.
    pub last_used: Option<UnixTime>,
    /// What past attempts left.
    pub guard: Guard,
}

/// Pairs an account with the secret that its codes are made of.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The shared secret.
    pub secret: Secret,
    /// The rest.
    pub account: Account,
}

/// Answers an attempt; every refusal but [`Throttled`](Verdict::Throttled) and
/// [`Disabled`](Verdict::Disabled) must look alike to whoever typed the code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The code is right and was never accepted before.
    Accepted,
    /// The code is right for no time step of the window.
    Wrong,
    /// The code is right for a time step that is not newer than the last accepted one.
    Reused,
    /// Too many failures in a row; the code was not looked at.
    Throttled {
        /// Seconds until the next attempt is looked at.
        retry_after: u64,
    },
    /// [`DISABLE_AFTER`](super::DISABLE_AFTER) failures in a row; the code was not looked at.
    Disabled,
}

impl Enrolment {
    /// Writes the URI that a phone scans; it holds the secret.
    #[must_use]
    pub fn provisioning_uri(&self) -> Zeroizing<String> {
        let Account { issuer, account, totp, .. } = &self.account;
        provisioning_uri(&self.secret, issuer, account.as_ref(), *totp)
    }
}

impl Account {
    /// Begins an account that was never used.
    #[must_use]
    pub fn new(
        issuer: Label,
        account: Option<Label>,
        totp: Totp,
        created: Option<UnixTime>,
    ) -> Self {
        Self { issuer, account, totp, created, last_used: None, guard: Guard::default() }
    }

    /// Judges a code at `now` and gives the account to record before anyone hears the verdict.
    ///
    /// The caller has checked the code's length ([`Code::check_length`]): here one of another
    /// length is wrong, and counted.
    pub fn verify(&self, secret: &Secret, code: &Code, now: UnixTime) -> (Verdict, Self) {
        let (verdict, guard) =
            self.guard.decide(now, || self.totp.matching_step(secret, code, now));
        let last_used = if verdict == Verdict::Accepted { Some(now) } else { self.last_used };
        (verdict, Self { last_used, guard, ..self.clone() })
    }

    /// Carries the last accepted time step over from the account that this one replaces.
    ///
    /// Steps are counted in periods; where these differ, every step that begins before the old
    /// one's end counts as used.
    #[must_use]
    pub fn succeeding(mut self, old: &Self) -> Self {
        self.guard.last_step = old.guard.last_step.map(|step| {
            let end = step.saturating_add(1).saturating_mul(old.totp.period.get());
            (end - 1) / self.totp.period.get()
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(period: u64) -> Account {
        let totp = Totp { period: period.try_into().unwrap(), ..Totp::default() };
        Account::new("Corp".parse().unwrap(), None, totp, None)
    }

    fn used(period: u64, step: u64) -> Account {
        let mut old = account(period);
        old.guard.last_step = Some(step);
        old
    }

    #[test]
    fn acceptance_records_the_step_and_the_time_and_a_refusal_neither() {
        let secret = Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let (right, wrong) = ("287082".parse().unwrap(), "000000".parse().unwrap());
        let (verdict, accepted) = account(30).verify(&secret, &right, UnixTime(59));
        assert_eq!(verdict, Verdict::Accepted);
        assert_eq!((accepted.guard.last_step, accepted.last_used), (Some(1), Some(UnixTime(59))));
        let (verdict, refused) = accepted.verify(&secret, &wrong, UnixTime(60));
        assert_eq!(verdict, Verdict::Wrong);
        assert_eq!((refused.guard.last_step, refused.last_used), (Some(1), Some(UnixTime(59))));
    }

    #[test]
    fn a_successor_never_opens_to_a_step_that_the_old_account_has_used() {
        for (old, new, step, last) in
            [(30, 30, 7, 7), (60, 30, 7, 15), (30, 60, 7, 3), (30, 60, 8, 4)]
        {
            assert_eq!(account(new).succeeding(&used(old, step)).guard.last_step, Some(last));
        }
        assert_eq!(account(30).succeeding(&account(30)).guard.last_step, None);
        assert!(account(15).succeeding(&used(300, u64::MAX)).guard.last_step.is_some());
    }
}
