//! How an owner who has lost every factor gets new ones: by a code that an administrator issues.

mod code;
mod evidence;
mod issued;

use serde::{Deserialize, Serialize};

pub use code::RecoveryCode;
pub use evidence::{Evidence, Reference, ReferenceError, VerifiedWith};
pub use issued::{Issued, RECOVERED_WITHIN};

use super::{Account, Hashing, HashingError, Otp, Throttle, Totp, UnixTime, Verdict};

/// The code that was issued, and the memory of attempts with such codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    /// The code, until it was used or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Issued>,
    /// The failures with recovery codes, counted separately from all others.
    #[serde(default, skip_serializing_if = "is_default")]
    pub throttle: Throttle,
    /// Whether the factors are in other hands: none of them opens until the owner is back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspended: bool,
}

fn is_default(throttle: &Throttle) -> bool {
    *throttle == Throttle::default()
}

impl Account {
    /// Returns the account with a recovery code, in place of the one before.
    ///
    /// Factors that were stolen open nothing from then on; that neither the code's end nor its
    /// withdrawal brings back.
    #[must_use]
    pub fn with_recovery(&self, issued: Issued, stolen: bool) -> Self {
        let suspended = self.recovery.suspended || stolen;
        let recovery = Recovery { issued: Some(issued), throttle: Throttle::default(), suspended };
        // What a policy remembers belongs to this id, and may be in other hands as well.
        let enrolment = self.enrolment.filter(|_| !stolen);
        Self { enrolment, recovery, ..self.clone() }
    }

    /// Returns the account without a recovery code.
    #[must_use]
    pub fn without_recovery(&self) -> Self {
        let recovery = Recovery { issued: None, ..self.recovery.clone() };
        Self { recovery, ..self.clone() }
    }

    /// Judges a recovery code, which is not used up by that, and returns the account to record.
    ///
    /// # Errors
    /// [`HashingError`] if it cannot be compared; nothing may be recorded then.
    pub fn check_recovery(
        &self,
        code: &RecoveryCode,
        now: UnixTime,
    ) -> Result<(Verdict, Self), HashingError> {
        let (verdict, recovery) = self.recovery.check(code, now)?;
        Ok((verdict, Self { recovery, ..self.clone() }))
    }

    /// Returns the account that an owner has who is back: of the same name and with codes of the same
    /// parameters, and nothing else of the old one.
    #[must_use]
    pub fn renewed(&self, now: UnixTime) -> Self {
        let otp = match self.otp {
            // A phone takes the place of a token, whatever that was.
            Otp::Totp(totp) if self.drift.is_none() => Otp::Totp(totp),
            _ => Totp::default().into(),
        };
        Self::new(self.issuer.clone(), self.name.clone(), otp, Some(now))
    }
}

impl Recovery {
    fn check(&self, code: &RecoveryCode, now: UnixTime) -> Result<(Verdict, Self), HashingError> {
        // Nobody guesses 80 bits; a wait keeps the machine free, and nobody out for more than an hour.
        if let Err((verdict, throttle)) = self.throttle.admit(now, u32::MAX) {
            return Ok((verdict, Self { throttle, ..self.clone() }));
        }
        let is_right = self.issued.as_ref().map(|issued| issued.is(code)).transpose()?;
        if is_right.is_none() {
            // It takes as long where there is no code, which a stranger need not learn.
            Hashing::default().digest(code.as_bytes())?;
        }
        Ok(match &self.issued {
            Some(issued) if is_right == Some(true) && issued.is_good(now) => {
                (Verdict::Accepted, Self { throttle: Throttle::default(), ..self.clone() })
            }
            Some(_) if is_right == Some(true) => (Verdict::Expired, self.clone()),
            _ => (Verdict::Wrong, Self { throttle: self.throttle.failed(now), ..self.clone() }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Drift, EnrolmentId, Hotp};

    const NOW: UnixTime = UnixTime(1_000_000);

    fn account(otp: impl Into<Otp>) -> Account {
        Account::new("Corp".parse().unwrap(), None, otp, None)
    }

    fn issued() -> (Issued, RecoveryCode) {
        let mut next = 0_u8;
        Issued::new(NOW, RECOVERED_WITHIN, |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(7);
            }
            Ok::<_, ()>(())
        })
        .unwrap()
    }

    fn check(account: &Account, code: &RecoveryCode, at: u64) -> (Verdict, Account) {
        account.check_recovery(code, UnixTime(at)).unwrap()
    }

    #[test]
    fn a_code_is_good_from_its_issue_for_a_day_and_is_not_used_up_by_a_look() {
        let (issued, code) = issued();
        let account = account(Totp::default()).with_recovery(issued, false);
        for (at, verdict) in [
            (NOW.0 - 1, Verdict::Expired),
            (NOW.0, Verdict::Accepted),
            (NOW.0 + 86_399, Verdict::Accepted),
            (NOW.0 + 86_400, Verdict::Expired),
        ] {
            assert_eq!(check(&account, &code, at), (verdict, account.clone()), "{at}");
        }
    }

    #[test]
    fn a_wrong_code_counts_and_makes_the_next_one_wait() {
        let (issued, code) = issued();
        let mut account = account(Totp::default()).with_recovery(issued.clone(), false);
        let wrong: RecoveryCode = "0000-0000-0000-0000".parse().unwrap();
        for _ in 0..4 {
            let (verdict, after) = check(&account, &wrong, NOW.0);
            assert_eq!(verdict, Verdict::Wrong);
            account = after;
        }
        assert_eq!(check(&account, &code, NOW.0).0, Verdict::Throttled { retry_after: 30 });
        assert_eq!(check(&account, &code, NOW.0 + 30).0, Verdict::Accepted);
        assert_eq!(account.failures(), (0, None), "the phone's codes do not wait");
        assert_eq!(account.with_recovery(issued, false).recovery.throttle, Throttle::default());
    }

    #[test]
    fn without_an_issue_and_after_a_withdrawal_every_code_is_wrong() {
        let (issued, code) = issued();
        let none = account(Totp::default());
        assert_eq!(check(&none, &code, NOW.0).0, Verdict::Wrong);
        let withdrawn = none.with_recovery(issued, false).without_recovery();
        assert_eq!(check(&withdrawn, &code, NOW.0).0, Verdict::Wrong);
    }

    #[test]
    fn stolen_factors_stay_disabled_until_the_owner_unlocks_them() {
        let (issued, _) = issued();
        let mut known = account(Totp::default());
        known.enrolment = Some(EnrolmentId([1; 16]));
        assert_eq!(known.with_recovery(issued.clone(), false).enrolment, known.enrolment);
        let stolen = known.with_recovery(issued.clone(), true);
        assert!(stolen.is_disabled() && stolen.enrolment.is_none());
        assert!(stolen.without_recovery().is_disabled());
        assert!(stolen.with_recovery(issued, false).is_disabled());
        assert!(!stolen.unlocked().is_disabled());
    }

    #[test]
    fn who_is_back_has_the_name_and_the_parameters_and_nothing_else() {
        let totp = Totp { digits: 8.try_into().unwrap(), ..Totp::default() };
        let mut old = account(totp).with_phone("+15550100199".parse().ok(), NOW);
        old.guard.last_step = Some(7);
        let renewed = old.renewed(NOW);
        assert_eq!(renewed, Account { created: Some(NOW), ..account(totp) });
        let token = Account { drift: Some(Drift::default()), ..account(totp) };
        for old in [account(Hotp::default()), account(Otp::Steam), token] {
            assert_eq!(old.renewed(NOW).otp, Totp::default().into());
        }
    }
}
