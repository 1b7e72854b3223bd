use constant_time_eq::constant_time_eq;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Code;
use crate::domain::{PhoneNumber, Secret, UnixTime, hmac_sha256};

/// The number of digits of a code by SMS.
pub(super) const DIGITS: usize = 6;

/// The seconds for which a code is valid: half of the 10 minutes that NIST SP 800-63B §5.1.3.2 allows.
pub const SMS_VALID: u64 = 300;

/// The wrong codes that void the one that was sent: with six digits they let a guesser in with a
/// chance of 1 in 200,000.
pub const SMS_TRIES: u32 = 5;

/// The seconds between two messages.
pub const SMS_APART: u64 = 60;

/// What separates these codes from every other use of the secret.
const LABEL: &[u8] = b"mfa sms v1";

/// A phone to which codes are sent, and the last one that was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// The phone's number.
    pub phone: PhoneNumber,
    /// The time at which the number was set, until its owner has heard of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unheard: Option<UnixTime>,
    /// The last message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
}

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// The time of it, or an earlier one to which the clock was set back since.
    pub at: UnixTime,
    /// Its code, until that was used or is void.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Pending>,
}

/// A code that was sent, of which nothing is kept that shows it without the secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// The random bytes that make it differ from all others.
    #[serde(with = "crate::domain::bytes")]
    pub nonce: [u8; 16],
    /// The time from which on it is no longer accepted.
    pub expires: UnixTime,
    /// The number of wrong codes so far.
    pub tries: u32,
}

/// Returns the code of a nonce: its HMAC-SHA-256 under the app's secret, truncated as in RFC 4226
/// §5.3.
pub(crate) fn code(secret: &Secret, nonce: &[u8; 16]) -> Zeroizing<String> {
    let mac = hmac_sha256(secret.expose_bytes(), &[LABEL, nonce]);
    let [.., last] = *mac;
    let bytes = mac.iter().skip(usize::from(last & 15)).take(4);
    let number = bytes.fold(0, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
    Zeroizing::new(format!("{:0DIGITS$}", number % 1_000_000))
}

impl Sms {
    /// Returns a phone to which nothing was sent yet, and of which its owner has yet to hear.
    #[must_use]
    pub fn new(phone: PhoneNumber, now: UnixTime) -> Self {
        Self { phone, unheard: Some(now), sent: None }
    }

    /// Returns what a message that is sent now leaves, whose code voids the one before.
    pub(in crate::domain) fn sending(&self, nonce: [u8; 16], now: UnixTime) -> Self {
        let expires = UnixTime(now.0.saturating_add(SMS_VALID));
        let code = Some(Pending { nonce, expires, tries: 0 });
        Self { sent: Some(Sent { at: now, code }), ..self.clone() }
    }

    /// Returns the seconds until another message can be sent.
    pub(in crate::domain) fn wait(&self, now: UnixTime) -> u64 {
        let next =
            self.sent.as_ref().map_or(0, |sent| sent.at.min(now).0.saturating_add(SMS_APART));
        next.saturating_sub(now.0)
    }

    /// Voids a code that has expired, lest a clock that is set back opens to it again, and one from a
    /// time that the clock was set back from: nobody knows how old it is. The wait for the next one
    /// then begins again.
    pub(in crate::domain) fn at(&self, now: UnixTime) -> Self {
        let seen = |sent: Sent| match &sent.code {
            _ if sent.at > now => Sent { at: now, code: None },
            Some(pending) if pending.expires <= now => Sent { code: None, ..sent },
            _ => sent,
        };
        Self { sent: self.sent.clone().map(seen), ..self.clone() }
    }

    /// Judges a code: returns what is left where it is right, else, as an error, what is recorded of
    /// a wrong one.
    pub(in crate::domain) fn redeem(
        &self,
        secret: &Secret,
        code: &Code,
        now: UnixTime,
    ) -> Result<Self, Self> {
        let now_is = self.at(now);
        let Some((sent, pending)) = now_is.pending(now) else { return Err(now_is) };
        if code.check_sms().is_err() {
            return Err(now_is);
        }
        let left = |code| Self { sent: Some(Sent { at: sent.at, code }), ..now_is.clone() };
        let right = self::code(secret, &pending.nonce);
        if constant_time_eq(code.expose().as_bytes(), right.as_bytes()) {
            return Ok(left(None));
        }
        let tries = pending.tries.saturating_add(1);
        Err(left((tries < SMS_TRIES).then(|| Pending { tries, ..pending.clone() })))
    }

    /// Returns the code that can be accepted at this time.
    fn pending(&self, now: UnixTime) -> Option<(&Sent, &Pending)> {
        let sent = self.sent.as_ref()?;
        let pending = sent.code.as_ref()?;
        let is_open = now < pending.expires && pending.tries < SMS_TRIES;
        is_open.then_some((sent, pending))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime(1_000_000);

    fn later(seconds: u64) -> UnixTime {
        UnixTime(NOW.0 + seconds)
    }

    fn secret() -> Secret {
        Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap()
    }

    fn phone() -> Sms {
        Sms::new("+15550100199".parse().unwrap(), NOW)
    }

    fn right(nonce: u8) -> Code {
        code(&secret(), &[nonce; 16]).parse().unwrap()
    }

    fn redeem(sms: &Sms, code: &Code, now: UnixTime) -> Result<Sms, Sms> {
        sms.redeem(&secret(), code, now)
    }

    #[test]
    fn a_code_is_the_truncated_hmac_of_its_nonce_under_the_secret() {
        let codes = [[0; 16], [2; 16], [255; 16]].map(|nonce| code(&secret(), &nonce).to_string());
        assert_eq!(codes, ["348668", "058672", "721089"]);
        let long = Secret::from_bytes(&[b'k'; 131]).unwrap();
        assert_eq!(*code(&long, &[0; 16]), "758333");
    }

    #[test]
    fn a_code_is_right_once_and_for_300_seconds() {
        let sent = phone().sending([1; 16], NOW);
        let used = redeem(&sent, &right(1), later(299)).unwrap();
        assert_eq!(used, Sms { sent: Some(Sent { at: NOW, code: None }), ..phone() });
        assert_eq!(redeem(&used, &right(1), later(299)), Err(used.clone()));
        let expired = redeem(&sent, &right(1), later(300)).unwrap_err();
        assert_eq!(expired, Sms { sent: Some(Sent { at: NOW, code: None }), ..phone() });
        assert!(redeem(&expired, &right(1), later(1)).is_err(), "a clock set back opens to none");
        assert_eq!(redeem(&phone(), &right(1), NOW), Err(phone()));
    }

    #[test]
    fn the_fifth_wrong_code_voids_it_and_so_does_a_newer_one() {
        let mut sms = phone().sending([1; 16], NOW);
        for tries in 1..=4 {
            sms = redeem(&sms, &right(2), NOW).unwrap_err();
            assert_eq!(sms.sent.clone().unwrap().code.unwrap().tries, tries);
        }
        assert!(redeem(&sms, &right(1), NOW).is_ok());
        let void = redeem(&sms, &right(2), NOW).unwrap_err();
        assert_eq!(void.sent, Some(Sent { at: NOW, code: None }));
        let newer = sms.sending([3; 16], later(60));
        assert!(redeem(&newer, &right(1), later(60)).is_err());
        assert!(redeem(&newer, &right(3), later(60)).is_ok());
    }

    #[test]
    fn a_record_with_too_many_tries_opens_nothing() {
        let mut sent = phone().sending([1; 16], NOW);
        let code = Some(Pending { nonce: [1; 16], expires: later(300), tries: 5 });
        sent.sent = Some(Sent { at: NOW, code });
        assert_eq!(redeem(&sent, &right(1), NOW), Err(sent.clone()));
    }

    #[test]
    fn what_cannot_have_been_sent_is_no_try() {
        let sent = phone().sending([1; 16], NOW);
        let identified = format!("cccjgjgkhcbb{}", *code(&secret(), &[1; 16]));
        for text in ["1234567", "12345678", &identified] {
            assert_eq!(redeem(&sent, &text.parse().unwrap(), NOW), Err(sent.clone()), "{text}");
        }
    }

    #[test]
    fn a_clock_set_back_voids_the_code_and_begins_the_wait_for_the_next_one_again() {
        let before = UnixTime(NOW.0 - 1000);
        let sent = phone().sending([1; 16], NOW);
        let void = Sms { sent: Some(Sent { at: before, code: None }), ..phone() };
        assert_eq!(redeem(&sent, &right(1), before), Err(void.clone()));
        assert_eq!(redeem(&void, &right(1), NOW), Err(void.clone()));
        assert_eq!((sent.at(before), sent.wait(before)), (void.clone(), 60));
        assert_eq!((void.at(NOW), void.wait(UnixTime(before.0 + 60))), (void.clone(), 0));
    }

    #[test]
    fn the_next_message_waits_60_seconds() {
        let sent = phone().sending([1; 16], NOW);
        let waits = [0, 1, 59, 60, 1000].map(|seconds| sent.wait(later(seconds)));
        assert_eq!(waits, [60, 59, 1, 0, 0]);
        assert_eq!(phone().wait(NOW), 0);
    }

    #[test]
    fn no_time_overflows() {
        let end = UnixTime(u64::MAX);
        let sent = phone().sending([1; 16], end);
        let void = Sms { sent: Some(Sent { at: end, code: None }), ..phone() };
        assert_eq!((sent.wait(end), redeem(&sent, &right(1), end)), (0, Err(void)));
    }
}
