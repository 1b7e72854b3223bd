use zeroize::Zeroizing;

use super::{
    BackupCodes, Credential, Guard, HashingError, Label, Secret, Throttle, Totp, UnixTime, Verdict,
    provisioning_uri,
};

/// Everything that the store knows about an app except its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The issuer of the codes.
    pub issuer: Label,
    /// The owner of the codes, unknown for an app that `mfa.py` made.
    pub name: Option<Label>,
    /// The parameters of the codes.
    pub totp: Totp,
    /// The time of enrolment, if it is known.
    pub created: Option<UnixTime>,
    /// The time at which a code was last accepted.
    pub last_used: Option<UnixTime>,
    /// The memory of past codes.
    pub guard: Guard,
    /// The backup codes, and the memory of past attempts with them.
    pub backup: BackupCodes,
}

/// An account and the secret that its codes are made of.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The shared secret.
    pub secret: Secret,
    /// The account, which is everything else.
    pub account: Account,
}

impl Enrolment {
    /// Returns the URI that a phone scans, which contains the secret.
    #[must_use]
    pub fn provisioning_uri(&self) -> Zeroizing<String> {
        let Account { issuer, name, totp, .. } = &self.account;
        provisioning_uri(&self.secret, issuer, name.as_ref(), *totp)
    }
}

impl Account {
    /// Returns an account that was never used.
    #[must_use]
    pub fn new(issuer: Label, name: Option<Label>, totp: Totp, created: Option<UnixTime>) -> Self {
        Self {
            issuer,
            name,
            totp,
            created,
            last_used: None,
            guard: Guard::default(),
            backup: BackupCodes::default(),
        }
    }

    /// Judges a credential at `now` and returns the account to record before anyone hears the
    /// verdict.
    ///
    /// A disabled app is disabled for backup codes too; a throttled one is not. A success with
    /// either resets the counts of both.
    ///
    /// The caller has checked a code's length ([`Code::check_length`](super::Code::check_length)):
    /// here one of another length is wrong, and counted.
    ///
    /// # Errors
    /// [`HashingError`] if a backup code cannot be compared; nothing may be recorded then.
    pub fn verify(
        &self,
        secret: &Secret,
        credential: &Credential,
        now: UnixTime,
    ) -> Result<(Verdict, Self), HashingError> {
        let (guard, backup) = (self.guard.clone(), self.backup.clone());
        let (verdict, guard, backup) = match credential {
            Credential::BackupCode(_) if guard.throttle.is_disabled() => {
                (Verdict::Disabled, guard, backup)
            }
            Credential::BackupCode(code) => {
                let (verdict, backup) = backup.redeem(code, now)?;
                (verdict, guard, backup)
            }
            Credential::Code(code) => {
                let (verdict, guard) =
                    guard.decide(now, || self.totp.matching_step(secret, code, now));
                (verdict, guard, backup)
            }
        };
        let judged = Self { guard, backup, ..self.clone() };
        if verdict != Verdict::Accepted {
            return Ok((verdict, judged));
        }
        Ok((verdict, Self { last_used: Some(now), ..judged.without_failures() }))
    }

    /// Returns the number of failures since the last success, and when the first of them was.
    #[must_use]
    pub fn failures(&self) -> (u32, Option<UnixTime>) {
        let (codes, backup) = (&self.guard.throttle, &self.backup.throttle);
        let since = [codes.failing_since, backup.failing_since].into_iter().flatten().min();
        (codes.failures.saturating_add(backup.failures), since)
    }

    /// Forgets all failures, and with them a wait or a disabling.
    #[must_use]
    pub fn without_failures(mut self) -> Self {
        self.guard.throttle = Throttle::default();
        self.backup.throttle = Throttle::default();
        self
    }

    /// Accepts codes from `now` on again, after one was accepted while the clock was far ahead.
    #[must_use]
    pub fn with_clock_corrected(mut self, now: UnixTime) -> Self {
        self.guard = self.guard.with_clock_corrected(self.totp.step(now));
        self
    }

    /// Carries the last accepted time step over from the account that this one replaces, unless
    /// one of its own is newer: the code that confirmed it.
    ///
    /// Steps are counted in periods; where these differ, every step that begins before the old
    /// one's end counts as used.
    #[must_use]
    pub fn succeeding(mut self, old: &Self) -> Self {
        let carried = old.guard.last_step.map(|step| {
            let end = step.saturating_add(1).saturating_mul(old.totp.period.get());
            (end - 1) / self.totp.period.get()
        });
        self.guard.last_step = self.guard.last_step.max(carried);
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
        let (right, wrong): (Credential, Credential) =
            ("287082".parse().unwrap(), "000000".parse().unwrap());
        let (verdict, accepted) = account(30).verify(&secret, &right, UnixTime(59)).unwrap();
        assert_eq!(verdict, Verdict::Accepted);
        assert_eq!((accepted.guard.last_step, accepted.last_used), (Some(1), Some(UnixTime(59))));
        let (verdict, refused) = accepted.verify(&secret, &wrong, UnixTime(60)).unwrap();
        assert_eq!(verdict, Verdict::Wrong);
        assert_eq!((refused.guard.last_step, refused.last_used), (Some(1), Some(UnixTime(59))));
    }

    #[test]
    fn backup_codes_and_codes_are_throttled_apart_and_disabled_together() {
        let secret = Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let (set, codes) = BackupCodes::issue(1, |bytes| {
            bytes.fill(9);
            Ok::<_, ()>(())
        })
        .unwrap();
        let (code, backup): (Credential, Credential) =
            ("287082".parse().unwrap(), codes[0].expose().parse().unwrap());
        let now = UnixTime(59);
        let failed = |failures| Throttle {
            failures,
            failed_at: Some(now),
            failing_since: Some(now),
            throttled_at: None,
        };

        let mut guessed_at = Account { backup: set, ..account(30) };
        guessed_at.guard.throttle = failed(99);
        assert_eq!(
            guessed_at.verify(&secret, &code, now).unwrap().0,
            Verdict::Throttled { retry_after: 3600 }
        );
        let (verdict, after) = guessed_at.verify(&secret, &backup, now).unwrap();
        assert_eq!((verdict, after.failures()), (Verdict::Accepted, (0, None)));

        guessed_at.guard.throttle = failed(100);
        assert_eq!(
            guessed_at.verify(&secret, &backup, now).unwrap(),
            (Verdict::Disabled, guessed_at.clone())
        );

        guessed_at.guard.throttle = failed(0);
        guessed_at.backup.throttle = failed(100);
        assert_eq!(guessed_at.verify(&secret, &backup, now).unwrap().0, Verdict::Disabled);
        assert_eq!(guessed_at.verify(&secret, &code, now).unwrap().0, Verdict::Accepted);
    }

    #[test]
    fn a_successor_never_opens_to_a_step_that_the_old_account_has_used() {
        for (old, new, step, last) in
            [(30, 30, 7, 7), (60, 30, 7, 15), (30, 60, 7, 3), (30, 60, 8, 4)]
        {
            assert_eq!(account(new).succeeding(&used(old, step)).guard.last_step, Some(last));
        }
        assert_eq!(account(30).succeeding(&account(30)).guard.last_step, None);
        for (confirmed, old) in [(7, None), (7, Some(6)), (6, Some(7))] {
            let old = old.map_or_else(|| account(30), |step| used(30, step));
            assert_eq!(used(30, confirmed).succeeding(&old).guard.last_step, Some(7));
        }
        assert!(account(15).succeeding(&used(300, u64::MAX)).guard.last_step.is_some());
    }
}
