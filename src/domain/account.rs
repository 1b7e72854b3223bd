use zeroize::Zeroizing;

use super::{
    BackupCodes, Code, Credential, DISABLE_AFTER, Drift, EnrolmentId, Guard, HashingError, Hotp,
    Label, Otp, Secret, Throttle, Totp, UnixTime, Verdict, provisioning_uri,
};

/// Everything that the store knows about an app except its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The issuer of the codes.
    pub issuer: Label,
    /// The owner of the codes, unknown for an app that `mfa.py` made.
    pub name: Option<Label>,
    /// The kind of the codes and their parameters.
    pub otp: Otp,
    /// The drift of a hardware token's clock; `None` for a phone, which keeps time, and would only
    /// teach the account that ours is wrong.
    pub drift: Option<Drift>,
    /// The serial number of a hardware token, by which a vendor's file names it again.
    pub serial: Option<Label>,
    /// The random id of this enrolment, which it gets once a policy remembers something with it.
    pub enrolment: Option<EnrolmentId>,
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
        let Account { issuer, name, .. } = &self.account;
        provisioning_uri(&self.secret, issuer, name.as_ref(), self.account.handed_on())
    }
}

impl Account {
    /// Returns an account that was never used.
    #[must_use]
    pub fn new(
        issuer: Label,
        name: Option<Label>,
        otp: impl Into<Otp>,
        created: Option<UnixTime>,
    ) -> Self {
        let otp = otp.into();
        let last_step = if let Otp::Hotp(hotp) = otp { hotp.counter.checked_sub(1) } else { None };
        Self {
            issuer,
            name,
            otp,
            drift: None,
            serial: None,
            enrolment: None,
            created,
            last_used: None,
            guard: Guard { last_step, ..Guard::default() },
            backup: BackupCodes::default(),
        }
    }

    /// Judges a credential at `now` and returns the account to record before anyone hears the
    /// verdict.
    ///
    /// A disabled app is disabled for backup codes too; a throttled one is not. A success with
    /// either resets the counts of both.
    ///
    /// The caller has [checked](Credential::check) the credential: here a code of another length
    /// is wrong, and counted.
    ///
    /// # Errors
    /// [`HashingError`] if a backup code cannot be compared; nothing may be recorded then.
    pub fn verify(
        &self,
        secret: &Secret,
        credential: &Credential,
        now: UnixTime,
    ) -> Result<(Verdict, Self), HashingError> {
        let (verdict, judged) = match credential {
            Credential::BackupCode(_) if self.is_disabled() => (Verdict::Disabled, self.clone()),
            Credential::BackupCode(code) => {
                let (verdict, backup) = self.backup.clone().redeem(code, now)?;
                (verdict, Self { backup, ..self.clone() })
            }
            Credential::Code(code) => self.decide(now, || self.matching_step(secret, code, now)),
        };
        if verdict != Verdict::Accepted {
            return Ok((verdict, judged));
        }
        Ok((verdict, Self { last_used: Some(now), ..judged.without_failures() }))
    }

    /// Lets the guard decide, and learns a token's drift from a step that it accepts.
    pub(super) fn decide(
        &self,
        now: UnixTime,
        matching_step: impl FnOnce() -> Option<u64>,
    ) -> (Verdict, Self) {
        let (verdict, guard) = self.guard.decide(now, self.otp.disable_after(), matching_step);
        let judged = Self { guard, ..self.clone() };
        let accepted = judged.guard.last_step.filter(|_| verdict == Verdict::Accepted);
        let drift = match (self.otp, self.drift, accepted) {
            (Otp::Totp(totp), Some(_), Some(step)) => Some(Drift::between(totp.step(now), step)),
            (_, drift, _) => drift,
        };
        (verdict, Self { drift, ..judged })
    }

    fn matching_step(&self, secret: &Secret, code: &Code, now: UnixTime) -> Option<u64> {
        match &self.otp {
            Otp::Totp(totp) => totp.matching_step(secret, code, self.expected_step(totp, now)),
            Otp::Hotp(hotp) => hotp.matching_counter(secret, code, self.guard.last_step),
            Otp::Steam => None,
        }
    }

    /// Returns the time step at which the phone or token is expected at `now`.
    pub(super) fn expected_step(&self, totp: &Totp, now: UnixTime) -> u64 {
        self.drift.unwrap_or_default().of(totp.step(now))
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

    /// Reports whether codes, and backup codes with them, are refused until the owner unlocks the
    /// app.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.guard.throttle.is_disabled(self.otp.disable_after())
    }

    /// Reports whether backup codes are refused until the owner unlocks the app.
    #[must_use]
    pub fn are_backup_codes_disabled(&self) -> bool {
        self.is_disabled() || self.backup.throttle.is_disabled(DISABLE_AFTER)
    }

    /// Accepts codes from `now` on again, after one was accepted while the clock was far ahead;
    /// `None` where codes do not go by the clock.
    ///
    /// A token may have shown, and the gate accepted, codes as far ahead as its drift may be.
    #[must_use]
    pub fn with_clock_corrected(mut self, now: UnixTime) -> Option<Self> {
        let Otp::Totp(totp) = self.otp else { return None };
        let current = totp.step(now);
        let used = self.drift.map_or(current, |_| Drift::MOST.of(current));
        self.guard = self.guard.with_clock_corrected(used);
        Some(self)
    }

    /// Reports whether a code was accepted while the clock was ahead, so that none is until then.
    #[must_use]
    pub fn is_ahead(&self, now: UnixTime) -> bool {
        self.clone()
            .with_clock_corrected(now)
            .is_some_and(|corrected| corrected.guard != self.guard)
    }

    /// Returns the time from which on the next code by the clock can be accepted.
    #[must_use]
    pub fn accepts_from(&self) -> Option<UnixTime> {
        let Otp::Totp(totp) = self.otp else { return None };
        let next = self.guard.last_step?.saturating_add(1);
        let drift = i64::from(i8::from(self.drift.unwrap_or_default()));
        let ours = next.saturating_add_signed(-drift);
        Some(UnixTime(ours.saturating_mul(totp.period.get())))
    }

    /// Returns the kind and parameters from which another app or token goes on: codes by counter
    /// with the first one that was neither accepted nor shown.
    #[must_use]
    pub fn handed_on(&self) -> Otp {
        let Otp::Hotp(hotp) = self.otp else { return self.otp };
        let unused = self.guard.last_step.map_or(0, |last| last.saturating_add(1));
        Otp::Hotp(Hotp { counter: hotp.counter.max(unused), ..hotp })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(period: u64) -> Account {
        let totp = Totp { period: period.try_into().unwrap(), ..Totp::default() };
        Account::new("Corp".parse().unwrap(), None, totp, None)
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
}
