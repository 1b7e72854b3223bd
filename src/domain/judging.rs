use super::{
    Account, Approval, BackupCode, Code, Credential, Drift, Factor, HashingError, Otp, Secret, Sms,
    Totp, UnixTime, Verdict,
};

/// A verdict, the factor of what was presented, and the account to record before anyone hears of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The factor that matched, else that of the credential.
    pub factor: Factor,
    /// The account from now on.
    pub account: Account,
}

impl Account {
    /// Judges a credential at `now`.
    ///
    /// A disabled app is disabled for every factor; a throttled one is not for backup codes and
    /// approvals. A success with any factor resets the counts of all.
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
    ) -> Result<Judged, HashingError> {
        let judged = match credential {
            Credential::BackupCode(code) => self.redeem_backup_code(code, now)?,
            Credential::Code(code) => self.judge_code(secret, code, now),
            Credential::Approval(approval) => self.redeem_approval(approval, now),
        };
        Ok(if judged.verdict == Verdict::Accepted { judged.let_in(now) } else { judged })
    }

    fn redeem_backup_code(&self, code: &BackupCode, now: UnixTime) -> Result<Judged, HashingError> {
        let factor = Factor::BackupCode;
        if self.is_disabled() {
            return Ok(Judged { verdict: Verdict::Disabled, factor, account: self.clone() });
        }
        let (verdict, backup) = self.backup.redeem(code, now)?;
        Ok(Judged { verdict, factor, account: Self { backup, ..self.clone() } })
    }

    /// Lets in whoever presents an approved challenge, and counts no failure: it cannot be guessed.
    fn redeem_approval(&self, approval: &Approval, now: UnixTime) -> Judged {
        let factor = Factor::Push;
        if self.is_disabled() {
            return Judged { verdict: Verdict::Disabled, factor, account: self.clone() };
        }
        let (verdict, push) = self.push.redeem(approval, now);
        Judged { verdict, factor, account: Self { push, ..self.clone() } }
    }

    /// Looks for a code among the phone app's first, then takes it for the one that was sent by SMS.
    ///
    /// A wrong one counts once, and is a try of both.
    fn judge_code(&self, secret: &Secret, code: &Code, now: UnixTime) -> Judged {
        let (verdict, account) = self.decide(now, || self.matching_step(secret, code, now));
        let by_app = Judged { verdict, factor: self.otp.factor(), account };
        let is_refused = matches!(by_app.verdict, Verdict::Wrong | Verdict::Reused);
        let Some(sms) = self.sms.as_ref().filter(|_| is_refused) else { return by_app };
        match sms.redeem(secret, code, now) {
            Ok(left) => {
                let account = Self { sms: Some(left), ..self.clone() };
                Judged { verdict: Verdict::Accepted, factor: Factor::Sms, account }
            }
            Err(left) => {
                let account = Self { sms: Some(left), ..by_app.account };
                Judged { account, ..by_app }
            }
        }
    }

    /// Lets the guard decide, and learns a token's drift from a step that it accepts.
    pub(super) fn decide(
        &self,
        now: UnixTime,
        matching_step: impl FnOnce() -> Option<u64>,
    ) -> (Verdict, Self) {
        if self.recovery.suspended {
            return (Verdict::Disabled, self.clone());
        }
        let (verdict, guard) = self.guard.decide(now, self.otp.disable_after(), matching_step);
        let judged = Self { guard, ..self.clone() };
        let accepted = judged.guard.last_step.filter(|_| verdict == Verdict::Accepted);
        let drift = match (self.otp, self.drift, accepted) {
            (Otp::Totp(totp), Some(_), Some(step)) => Some(Drift::between(totp.step(now), step)),
            (_, drift, _) => drift,
        };
        (verdict, Self { drift, ..judged })
    }

    /// Reports whether a code was ever sent by SMS, so that another one may be typed long after it.
    pub(super) fn takes_sms(&self) -> bool {
        self.sms.as_ref().is_some_and(|sms| sms.sent.is_some())
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
}

impl Judged {
    /// Records an acceptance.
    ///
    /// Who was let in by SMS hears of a new phone number, and so does the next one: it may have been
    /// the one who set it. With a new device it is the same.
    fn let_in(self, now: UnixTime) -> Self {
        let mut account = Account { last_used: Some(now), ..self.account.without_failures() };
        if self.factor != Factor::Sms {
            account.sms = account.sms.map(|sms| Sms { unheard: None, ..sms });
        }
        if self.factor != Factor::Push {
            account.push.unheard = None;
        }
        Self { account, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::factor::samples::{device, question};
    use crate::domain::{Answer, Asked, BackupCodes, DeviceId, Hotp, Push, Question, Throttle};

    const SECRET: &[u8] = b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn account(period: u64) -> Account {
        let totp = Totp { period: period.try_into().unwrap(), ..Totp::default() };
        Account::new("Corp".parse().unwrap(), None, totp, None)
    }

    #[test]
    fn acceptance_records_the_step_and_the_time_and_a_refusal_neither() {
        let secret = Secret::parse(SECRET).unwrap();
        let (right, wrong): (Credential, Credential) =
            ("287082".parse().unwrap(), "000000".parse().unwrap());
        let Judged { verdict, account: accepted, .. } =
            account(30).verify(&secret, &right, UnixTime(59)).unwrap();
        assert_eq!(verdict, Verdict::Accepted);
        assert_eq!((accepted.guard.last_step, accepted.last_used), (Some(1), Some(UnixTime(59))));
        let Judged { verdict, account: refused, .. } =
            accepted.verify(&secret, &wrong, UnixTime(60)).unwrap();
        assert_eq!(verdict, Verdict::Wrong);
        assert_eq!((refused.guard.last_step, refused.last_used), (Some(1), Some(UnixTime(59))));
    }

    #[test]
    fn backup_codes_and_codes_are_throttled_apart_and_disabled_together() {
        let secret = Secret::parse(SECRET).unwrap();
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
            guessed_at.verify(&secret, &code, now).unwrap().verdict,
            Verdict::Throttled { retry_after: 3600 }
        );
        let after = guessed_at.verify(&secret, &backup, now).unwrap();
        assert_eq!((after.verdict, after.account.failures()), (Verdict::Accepted, (0, None)));

        guessed_at.guard.throttle = failed(100);
        assert_eq!(
            guessed_at.verify(&secret, &backup, now).unwrap(),
            Judged {
                verdict: Verdict::Disabled,
                factor: Factor::BackupCode,
                account: guessed_at.clone()
            }
        );

        guessed_at.guard.throttle = failed(0);
        guessed_at.backup.throttle = failed(100);
        assert_eq!(guessed_at.verify(&secret, &backup, now).unwrap().verdict, Verdict::Disabled);
        assert_eq!(guessed_at.verify(&secret, &code, now).unwrap().verdict, Verdict::Accepted);
    }

    /// The code by SMS of the nonce that [`with_sms`] sends.
    const SENT: &str = "348668";

    /// Returns an account that was sent a code at 59 s.
    fn with_sms(account: Account) -> Account {
        let sms = Some(Sms::new("+15550100199".parse().unwrap(), UnixTime(1)));
        let (asked, sent) = Account { sms, ..account }.send_sms([0; 16], UnixTime(59));
        assert_eq!(asked, Asked::Sent);
        sent
    }

    fn judge(account: &Account, code: &str, now: u64) -> Judged {
        let (secret, credential) = (Secret::parse(SECRET).unwrap(), code.parse().unwrap());
        assert_eq!(Credential::check(&credential, account), Ok(()));
        account.verify(&secret, &credential, UnixTime(now)).unwrap()
    }

    fn told(judged: &Judged) -> (&Verdict, Factor) {
        (&judged.verdict, judged.factor)
    }

    #[test]
    fn a_code_is_looked_for_among_the_phone_apps_first_and_then_as_the_one_by_sms() {
        let sent = with_sms(account(30));
        let by_app = judge(&sent, "287082", 59);
        assert_eq!(told(&by_app), (&Verdict::Accepted, Factor::Totp));
        let by_sms = judge(&by_app.account, SENT, 60);
        assert_eq!(told(&by_sms), (&Verdict::Accepted, Factor::Sms));
        assert_eq!(by_sms.account.guard.last_step, Some(1));
        assert_eq!(told(&judge(&by_sms.account, SENT, 61)), (&Verdict::Wrong, Factor::Totp));
        assert_eq!(told(&judge(&by_sms.account, "287082", 61)), (&Verdict::Reused, Factor::Totp));
    }

    #[test]
    fn a_wrong_code_counts_once_and_is_a_try_of_both() {
        for code in ["000000", "287082"] {
            let mut account = with_sms(account(30));
            account.guard.last_step = Some(1);
            let refused = judge(&account, code, 59);
            let tries = |account: &Account| {
                account.sms.clone().unwrap().sent.unwrap().code.map(|code| code.tries)
            };
            assert_eq!((refused.account.failures().0, tries(&refused.account)), (1, Some(1)));
        }
    }

    #[test]
    fn codes_by_sms_are_throttled_and_disabled_as_those_of_the_phone_app_are() {
        let failed = Throttle { failed_at: Some(UnixTime(59)), ..Throttle::default() };
        for (failures, verdict) in
            [(99, Verdict::Throttled { retry_after: 3600 }), (100, Verdict::Disabled)]
        {
            let mut account = with_sms(account(30));
            account.guard.throttle = Throttle { failures, ..failed.clone() };
            let judged = judge(&account, SENT, 59);
            assert_eq!((judged.verdict, judged.account.sms), (verdict, account.sms));
        }
        let mut account = with_sms(account(30));
        account.guard.throttle = Throttle { failures: 3, ..failed };
        let accepted = judge(&account, SENT, 59).account;
        assert_eq!((accepted.failures(), accepted.last_used), ((0, None), Some(UnixTime(59))));
        assert_eq!(accepted.asked, Throttle::default());
    }

    #[test]
    fn apps_whose_codes_are_of_another_length_or_kind_take_six_digits_once_a_code_was_sent() {
        let eight = Totp { digits: 8.try_into().unwrap(), ..Totp::default() };
        for otp in [Otp::from(eight), Hotp::default().into(), Otp::Steam] {
            let never = Account::new("Corp".parse().unwrap(), None, otp, None);
            let sent = with_sms(never.clone());
            let used = judge(&sent, SENT, 59);
            assert_eq!(told(&used), (&Verdict::Accepted, Factor::Sms), "{otp:?}");
            let again = judge(&used.account, SENT, 60);
            assert_eq!(
                (told(&again), again.account.failures().0),
                ((&Verdict::Wrong, otp.factor()), 1)
            );
            let code: Credential = SENT.parse().unwrap();
            assert_eq!(code.check(&never).is_ok(), matches!(otp, Otp::Hotp(_)), "{otp:?}");
        }
    }

    #[test]
    fn who_is_let_in_by_sms_does_not_keep_a_new_number_from_its_owner() {
        let unheard = |account: &Account| account.sms.clone().unwrap().unheard;
        let by_sms = judge(&with_sms(account(30)), SENT, 59).account;
        assert_eq!(unheard(&by_sms), Some(UnixTime(1)));
        assert_eq!(unheard(&judge(&by_sms, "287082", 59).account), None);
    }

    /// Returns an account one of whose devices has approved a challenge at 59 s, and the approval.
    fn with_approval(account: Account) -> (Account, Credential) {
        let push = Push::default().with_device(device(1, UnixTime(1))).unwrap();
        let (_, asked) = Account { push, ..account }.challenge(question(9), UnixTime(59));
        let Question { id, caller, number, .. } = question(9);
        let answer = Answer::Approve(number);
        let push = asked.push.answered(id, DeviceId([1; 16]), answer, UnixTime(59)).unwrap();
        (Account { push, ..asked }, Credential::Approval(Approval { id, caller }))
    }

    fn present(account: &Account, credential: &Credential) -> Judged {
        account.verify(&Secret::parse(SECRET).unwrap(), credential, UnixTime(60)).unwrap()
    }

    #[test]
    fn an_approval_lets_in_once_whatever_the_codes_are_and_clears_all_failures() {
        for otp in [Otp::from(Totp::default()), Hotp::default().into(), Otp::Steam] {
            let (mut account, approval) =
                with_approval(Account::new("Corp".parse().unwrap(), None, otp, None));
            let failed_at = Some(UnixTime(59));
            account.guard.throttle = Throttle { failures: 9, failed_at, ..Throttle::default() };
            assert_eq!(approval.check(&account), Ok(()));
            let accepted = present(&account, &approval);
            assert_eq!(told(&accepted), (&Verdict::Accepted, Factor::Push));
            let Judged { account, .. } = accepted;
            assert_eq!((account.failures(), account.last_used), ((0, None), Some(UnixTime(60))));
            assert_eq!(
                (&account.asked, account.push.unheard),
                (&Throttle::default(), Some(UnixTime(1)))
            );
            let again = present(&account, &approval);
            assert_eq!(
                (told(&again), &again.account),
                ((&Verdict::Reused, Factor::Push), &account)
            );
            assert_eq!(judge(&with_sms(account), SENT, 59).account.push.unheard, None);
        }
    }

    #[test]
    fn a_disabled_app_takes_no_approval() {
        let (mut account, approval) = with_approval(account(30));
        account.guard.throttle.failures = 100;
        let judged = present(&account, &approval);
        assert_eq!(
            (told(&judged), &judged.account),
            ((&Verdict::Disabled, Factor::Push), &account)
        );
    }
}
