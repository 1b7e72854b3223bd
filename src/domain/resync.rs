use super::{Account, Code, Drift, Otp, Secret, UnixTime, Verdict};

impl Account {
    /// Judges two codes in a row of a token that is too far off to open (RFC 4226 §7.4, RFC 6238
    /// §6), and returns the account to record before anyone hears the verdict.
    ///
    /// Where they are accepted, the next code is expected after the second one, and neither opens
    /// any more. Wrong ones are a failure like any other. The caller has checked that the app's
    /// codes are of a [token](Self::is_token), and both codes against them.
    pub fn resync(&self, secret: &Secret, codes: &[Code; 2], now: UnixTime) -> (Verdict, Self) {
        self.decide(now, || self.resynced(secret, codes, now))
    }

    /// Reports whether the codes are a token's, which can lose step: by counter, or by a clock of
    /// its own.
    #[must_use]
    pub fn is_token(&self) -> bool {
        matches!(self.otp, Otp::Hotp(_)) || self.drift.is_some()
    }

    fn resynced(&self, secret: &Secret, codes: &[Code; 2], now: UnixTime) -> Option<u64> {
        let last = self.guard.last_step;
        match &self.otp {
            Otp::Hotp(hotp) => hotp.resynced(secret, codes, last),
            Otp::Totp(totp) => {
                let second = totp.resynced(secret, codes, self.expected_step(totp, now), last)?;
                Drift::allows(totp.step(now), second).then_some(second)
            }
            Otp::Steam => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Credential, Hotp, Totp};

    const NOW: UnixTime = UnixTime(1_000_000_000);

    fn secret() -> Secret {
        Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap()
    }

    fn token(otp: impl Into<Otp>, drift: Option<Drift>) -> Account {
        Account { drift, ..Account::new("Corp".parse().unwrap(), None, otp, None) }
    }

    /// The codes that a token shows which is this many steps ahead, in two steps in a row.
    fn pair(now: UnixTime, ahead: i64) -> [Code; 2] {
        [ahead - 1, ahead].map(|steps| {
            let then = UnixTime(now.0.saturating_add_signed(30 * steps));
            Totp::default().code(&secret(), then).parse().unwrap()
        })
    }

    fn opens(account: &Account, now: UnixTime, ahead: i64) -> (Verdict, Account) {
        let [_, code] = pair(now, ahead);
        let judged = account.verify(&secret(), &Credential::Code(code), now).unwrap();
        (judged.verdict, judged.account)
    }

    #[test]
    fn a_token_twenty_steps_off_opens_after_it_and_while_it_drifts_on_for_a_year() {
        let token = token(Totp::default(), Some(Drift::default()));
        assert_eq!(opens(&token, NOW, 20).0, Verdict::Wrong);
        let (verdict, mut account) = token.resync(&secret(), &pair(NOW, 20), NOW);
        assert_eq!((verdict, account.drift), (Verdict::Accepted, Some(20.try_into().unwrap())));
        for month in 1..=12 {
            let now = UnixTime(NOW.0 + 30 * 24 * 3600 * u64::try_from(month).unwrap());
            let verdict;
            (verdict, account) = opens(&account, now, 20 + month);
            assert_eq!(verdict, Verdict::Accepted, "month {month}");
        }
        assert_eq!(account.drift, Some(32.try_into().unwrap()));
    }

    #[test]
    fn both_codes_must_be_newer_than_the_last_accepted_one_and_neither_opens_afterwards() {
        let (_, used) = opens(&token(Totp::default(), Some(Drift::default())), NOW, 0);
        assert_eq!(used.resync(&secret(), &pair(NOW, 1), NOW).0, Verdict::Wrong);
        let (verdict, synced) = used.resync(&secret(), &pair(NOW, 2), NOW);
        assert_eq!(verdict, Verdict::Accepted);
        assert_eq!(
            [1, 2].map(|step| opens(&synced, NOW, step).0),
            [Verdict::Reused, Verdict::Reused]
        );
        assert_eq!(opens(&synced, NOW, 3).0, Verdict::Accepted);
    }

    #[test]
    fn a_pair_more_than_forty_steps_off_or_a_drift_of_more_than_fifty_is_refused() {
        let start = token(Totp::default(), Some(Drift::default()));
        for (ahead, verdict) in [
            (41, Verdict::Accepted),
            (42, Verdict::Wrong),
            (-39, Verdict::Accepted),
            (-40, Verdict::Wrong),
        ] {
            assert_eq!(start.resync(&secret(), &pair(NOW, ahead), NOW).0, verdict, "{ahead}");
        }
        let ahead = token(Totp::default(), Some(30.try_into().unwrap()));
        assert_eq!(ahead.resync(&secret(), &pair(NOW, 50), NOW).0, Verdict::Accepted);
        assert_eq!(ahead.resync(&secret(), &pair(NOW, 51), NOW).0, Verdict::Wrong);
    }

    #[test]
    fn wrong_pairs_are_failures_that_throttle_and_a_success_forgets_them() {
        let mut account = token(Hotp::default(), None);
        let wrong = ["000000", "000001"].map(|code| code.parse().unwrap());
        for _ in 0..4 {
            account = account.resync(&secret(), &wrong, NOW).1;
        }
        let (verdict, _) = account.resync(&secret(), &wrong, NOW);
        assert_eq!(verdict, Verdict::Throttled { retry_after: 30 });
        let codes = [500, 501].map(|n| Hotp::default().code(&secret(), n).parse().unwrap());
        let (verdict, account) = account.resync(&secret(), &codes, UnixTime(NOW.0 + 30));
        assert_eq!(verdict, Verdict::Accepted);
        assert_eq!((account.guard.last_step, account.failures().0), (Some(501), 0));
        assert_eq!(account.last_used, None, "it opens nothing");
    }
}
