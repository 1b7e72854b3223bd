use zeroize::Zeroizing;

use super::{
    BackupCodes, DISABLE_AFTER, Drift, EnrolmentId, Guard, Hotp, Label, Otp, PhoneNumber, Push,
    Recovery, Secret, Sms, Throttle, UnixTime, provisioning_uri,
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
    /// The phone to which codes are sent.
    pub sms: Option<Sms>,
    /// The devices that are asked, and what they are asked.
    pub push: Push,
    /// What was sent out since the last acceptance, each message counted as a failure is.
    pub asked: Throttle,
    /// The code by which an owner who has lost every factor comes back.
    pub recovery: Recovery,
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
            sms: None,
            push: Push::default(),
            asked: Throttle::default(),
            recovery: Recovery::default(),
        }
    }

    /// Returns the account with another phone, of which its owner has yet to hear, or with none; with
    /// the same one it stays as it is.
    #[must_use]
    pub fn with_phone(&self, phone: Option<PhoneNumber>, now: UnixTime) -> Self {
        if self.sms.as_ref().map(|sms| &sms.phone) == phone.as_ref() {
            return self.clone();
        }
        Self { sms: phone.map(|phone| Sms::new(phone, now)), ..self.clone() }
    }

    /// Returns the number of failures since the last success, and when the first of them was.
    #[must_use]
    pub fn failures(&self) -> (u32, Option<UnixTime>) {
        let (codes, backup) = (&self.guard.throttle, &self.backup.throttle);
        let since = [codes.failing_since, backup.failing_since].into_iter().flatten().min();
        (codes.failures.saturating_add(backup.failures), since)
    }

    /// Forgets all failures, what was sent out, and a denial, and with them a wait or a disabling: the
    /// owner has the say.
    #[must_use]
    pub fn unlocked(self) -> Self {
        let push = Push { denied: None, ..self.push.clone() };
        let (throttle, suspended) = (Throttle::default(), false);
        let recovery = Recovery { throttle, suspended, ..self.recovery.clone() };
        Self { push, recovery, ..self.without_failures() }
    }

    /// Forgets all failures, and what was sent out. A denial still makes the next question wait, since
    /// somebody else had asked.
    pub(super) fn without_failures(mut self) -> Self {
        self.guard.throttle = Throttle::default();
        self.backup.throttle = Throttle::default();
        self.asked = Throttle::default();
        self
    }

    /// Reports whether codes, and all other factors with them, are refused until the owner unlocks the
    /// app, or gets new ones.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.recovery.suspended || self.guard.throttle.is_disabled(self.otp.disable_after())
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
    use crate::domain::Totp;

    #[test]
    fn another_phone_has_had_no_code_and_its_owner_has_not_heard_of_it() {
        let (now, later) = (UnixTime(1000), UnixTime(2000));
        let without = Account::new("Corp".parse().unwrap(), None, Totp::default(), None);
        let number = |text: &str| Some(text.parse::<PhoneNumber>().unwrap());
        let first = without.with_phone(number("+15550100199"), now).send_sms([1; 16], now).1;
        assert_eq!(first.with_phone(number("+1 555 010 0199"), later), first);
        let other = first.with_phone(number("+15550100198"), later);
        let sms = Sms::new(number("+15550100198").unwrap(), later);
        assert_eq!(other, Account { sms: Some(sms), ..first.clone() });
        assert_eq!(first.with_phone(None, later), Account { sms: None, ..first });
    }
}
