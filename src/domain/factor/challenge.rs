use std::fmt;

use constant_time_eq::constant_time_eq_16;
use serde::{Deserialize, Serialize};

use super::DeviceId;
use crate::domain::{Bounded, UnixTime, Verdict};

/// The seconds within which a device can answer: the two minutes of the first design, enough to
/// unlock a phone and to type two digits.
pub const ANSWERED_WITHIN: u64 = 120;

/// The seconds after those within which whoever asked can still fetch the approval.
pub const REDEEMED_WITHIN: u64 = 60;

/// The two digits that whoever asks is shown, and that are typed on the device: who approves
/// unseen what another one asked for is right once in 90 times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Number(u8);

/// A number that has not two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the number is not from 10 to 99")]
pub struct NumberError;

/// The identifier of a challenge: 128 random bits, which name it to whoever asked.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct ChallengeId(#[serde(with = "crate::domain::bytes")] pub [u8; 16]);

/// What is asked of whoever has a device of the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What whoever asks knows it by.
    pub id: ChallengeId,
    /// Why they want to be let in, as the device shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Bounded<256>>,
    /// Where they want to be let in: a machine, or a caller of a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Bounded<256>>,
    /// Which caller of a service asks; `None` on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Bounded<128>>,
    /// What has to be typed on the device.
    pub number: Number,
}

/// A question, and how far its answer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// What is asked.
    pub question: Question,
    /// The time at which it was asked for.
    pub asked: UnixTime,
    /// The time from which on no device can answer.
    pub expires: UnixTime,
    /// How far it is.
    pub progress: Progress,
    /// What a passkey's answer is verified against, once a device has looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assertion: Option<Bounded<1024>>,
}

/// How far a challenge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// No device has answered.
    Waiting,
    /// This device has approved, and nobody was let in yet.
    Approved(DeviceId),
    /// This device has denied, or typed another number.
    Denied(DeviceId),
    /// Nobody answered in time, or fetched the answer.
    Expired,
    /// Whoever asked no longer wants it, or the device that approved is gone.
    Cancelled,
    /// Whoever asked was let in.
    Redeemed(DeviceId),
}

/// What is said on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// That it may be, if this is the number.
    Approve(Number),
    /// That it may not be.
    Deny,
}

impl Number {
    /// Returns the number that random bits choose.
    #[must_use]
    pub fn drawn(random: u32) -> Self {
        // 2^32 is so much more than 90 that no number is more likely by as much as a millionth.
        Self(u8::try_from(10 + random % 90).unwrap_or(10))
    }
}

impl TryFrom<u8> for Number {
    type Error = NumberError;

    fn try_from(number: u8) -> Result<Self, NumberError> {
        if (10..=99).contains(&number) { Ok(Self(number)) } else { Err(NumberError) }
    }
}

impl From<Number> for u8 {
    fn from(number: Number) -> Self {
        number.0
    }
}

/// Compares in constant time: whoever names an approved challenge is let in.
impl PartialEq for ChallengeId {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq_16(&self.0, &other.0)
    }
}

impl Eq for ChallengeId {}

impl fmt::Debug for ChallengeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChallengeId")
    }
}

impl Challenge {
    /// Asks a question, which nobody has answered.
    pub(in crate::domain) fn new(question: Question, now: UnixTime) -> Self {
        let expires = UnixTime(now.0.saturating_add(ANSWERED_WITHIN));
        Self { question, asked: now, expires, progress: Progress::Waiting, assertion: None }
    }

    /// Returns the challenge as it is at this time: one that the clock was set back behind has
    /// expired, since nobody knows how old it is.
    #[must_use]
    pub fn at(&self, now: UnixTime) -> Self {
        let until = |more| UnixTime(self.expires.0.saturating_add(more));
        let is_within = |end| (self.asked..end).contains(&now);
        let progress = match self.progress {
            Progress::Waiting if !is_within(self.expires) => Progress::Expired,
            Progress::Approved(_) if !is_within(until(REDEEMED_WITHIN)) => Progress::Expired,
            progress => progress,
        };
        Self { progress, ..self.clone() }
    }

    /// Reports whether somebody can still be let in by it.
    #[must_use]
    pub fn is_open(&self, now: UnixTime) -> bool {
        matches!(self.at(now).progress, Progress::Waiting | Progress::Approved(_))
    }

    /// Takes the answer of a device, or returns `None` where none is waited for.
    ///
    /// Another number denies: who types it was talked into it, and is not looking at the gate.
    pub(in crate::domain) fn answered(
        &self,
        by: DeviceId,
        answer: Answer,
        now: UnixTime,
    ) -> Option<Self> {
        let progress = match (self.at(now).progress, answer) {
            (Progress::Waiting, Answer::Approve(number)) if number == self.question.number => {
                Progress::Approved(by)
            }
            (Progress::Waiting, _) => Progress::Denied(by),
            _ => return None,
        };
        Some(Self { progress, ..self.clone() })
    }

    /// Judges whoever asks to be let in by it, once.
    pub(in crate::domain) fn redeem(&self, now: UnixTime) -> (Verdict, Self) {
        let current = self.at(now);
        let (verdict, progress) = match current.progress {
            Progress::Approved(by) => (Verdict::Accepted, Progress::Redeemed(by)),
            Progress::Waiting => (Verdict::Waiting, Progress::Waiting),
            Progress::Denied(by) => (Verdict::Denied, Progress::Denied(by)),
            Progress::Expired => (Verdict::Expired, Progress::Expired),
            Progress::Cancelled => (Verdict::Cancelled, Progress::Cancelled),
            Progress::Redeemed(by) => (Verdict::Reused, Progress::Redeemed(by)),
        };
        (verdict, Self { progress, ..current })
    }

    /// Ends it without an answer, unless it has ended.
    pub(in crate::domain) fn cancelled(&self, now: UnixTime) -> Self {
        let current = self.at(now);
        let progress = if self.is_open(now) { Progress::Cancelled } else { current.progress };
        Self { progress, ..current }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::question;
    use super::*;

    const NOW: UnixTime = UnixTime(1_000_000);
    const BY: DeviceId = DeviceId([1; 16]);
    const ENDED: [Progress; 4] =
        [Progress::Denied(BY), Progress::Expired, Progress::Cancelled, Progress::Redeemed(BY)];

    fn waiting() -> Challenge {
        Challenge::new(question(2), NOW)
    }

    fn in_progress(progress: Progress) -> Challenge {
        Challenge { progress, ..waiting() }
    }

    fn later(seconds: u64) -> UnixTime {
        UnixTime(NOW.0 + seconds)
    }

    fn answered(challenge: &Challenge, number: u8, now: UnixTime) -> Option<Progress> {
        let answer = Answer::Approve(Number::try_from(number).unwrap());
        challenge.answered(BY, answer, now).map(|answered| answered.progress)
    }

    #[test]
    fn the_number_approves_within_two_minutes_and_another_denies() {
        for (after, number, progress) in [
            (0, 42, Some(Progress::Approved(BY))),
            (119, 42, Some(Progress::Approved(BY))),
            (119, 24, Some(Progress::Denied(BY))),
            (120, 42, None),
            (120, 24, None),
        ] {
            assert_eq!(answered(&waiting(), number, later(after)), progress, "{after} {number}");
        }
        let denied = waiting().answered(BY, Answer::Deny, NOW);
        assert_eq!(denied, Some(in_progress(Progress::Denied(BY))));
    }

    #[test]
    fn what_was_answered_or_has_ended_takes_no_answer() {
        for progress in ENDED.into_iter().chain([Progress::Approved(DeviceId([3; 16]))]) {
            assert_eq!(answered(&in_progress(progress), 42, NOW), None, "{progress:?}");
            assert_eq!(in_progress(progress).answered(BY, Answer::Deny, NOW), None);
        }
    }

    #[test]
    fn an_approval_lets_in_once_and_for_a_minute_longer_than_it_could_be_given() {
        let approved = in_progress(Progress::Approved(BY));
        let redeemed = in_progress(Progress::Redeemed(BY));
        assert_eq!(approved.redeem(later(179)), (Verdict::Accepted, redeemed.clone()));
        assert_eq!(redeemed.redeem(later(179)), (Verdict::Reused, redeemed.clone()));
        let expired = in_progress(Progress::Expired);
        assert_eq!(approved.redeem(later(180)), (Verdict::Expired, expired));
    }

    #[test]
    fn nothing_else_lets_in() {
        for (progress, verdict) in [
            (Progress::Waiting, Verdict::Waiting),
            (Progress::Denied(BY), Verdict::Denied),
            (Progress::Expired, Verdict::Expired),
            (Progress::Cancelled, Verdict::Cancelled),
        ] {
            let challenge = in_progress(progress);
            assert_eq!(challenge.redeem(NOW), (verdict, challenge));
        }
        let expired = in_progress(Progress::Expired);
        assert_eq!(waiting().redeem(later(120)), (Verdict::Expired, expired));
    }

    #[test]
    fn a_clock_set_back_ends_it_for_good() {
        let before = UnixTime(NOW.0 - 1);
        for progress in [Progress::Waiting, Progress::Approved(BY)] {
            let (verdict, ended) = in_progress(progress).redeem(before);
            assert_eq!((verdict, &ended), (Verdict::Expired, &in_progress(Progress::Expired)));
            assert_eq!(ended.redeem(NOW), (Verdict::Expired, ended));
            assert_eq!(answered(&in_progress(progress), 42, before), None);
        }
    }

    #[test]
    fn what_is_open_can_be_cancelled_and_what_has_ended_stays_as_it_is() {
        let cancelled = in_progress(Progress::Cancelled);
        for progress in [Progress::Waiting, Progress::Approved(BY)] {
            assert!(in_progress(progress).is_open(NOW));
            assert_eq!(in_progress(progress).cancelled(NOW), cancelled);
        }
        for progress in ENDED {
            assert!(!in_progress(progress).is_open(NOW));
            assert_eq!(in_progress(progress).cancelled(NOW), in_progress(progress));
        }
    }

    #[test]
    fn a_number_has_two_digits() {
        for (random, number) in [(0, 10), (89, 99), (90, 10), (u32::MAX, 10 + 75)] {
            assert_eq!(u8::from(Number::drawn(random)), number);
        }
        for number in [0, 9, 100, 255] {
            assert_eq!(Number::try_from(number), Err(NumberError));
        }
    }

    #[test]
    fn no_time_overflows() {
        let end = UnixTime(u64::MAX);
        assert!(!Challenge::new(question(2), end).is_open(end));
    }
}
