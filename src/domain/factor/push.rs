use serde::{Deserialize, Serialize};

use super::{
    Answer, Begun, Challenge, ChallengeId, Device, DeviceId, Invitation, Progress, Question,
};
use crate::domain::{Bounded, HandleDigest, UnixTime, Verdict};

/// The most devices that an app has: a phone and its successor, a tablet, a computer, and one over.
pub const MOST_DEVICES: usize = 5;

/// The seconds after a denial in which nothing is asked: whoever asks again at once is not the
/// owner, or the owner is not looking.
const DENIED_FOR: u64 = 3600;

/// The devices that answer challenges, and the last of those.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// The devices, in the order of their enrolment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<Device>,
    /// The link by which the next one can be enrolled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Invitation>,
    /// The time at which one was enrolled, until its owner has heard of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unheard: Option<UnixTime>,
    /// The last challenge, open or not; with one alone there is nothing to heap up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// The time of the last denial, or an earlier one to which the clock was set back since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denied: Option<UnixTime>,
}

/// An approval that is presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The challenge that was approved.
    pub id: ChallengeId,
    /// The caller who asked, and who alone can present it.
    pub caller: Option<Bounded<128>>,
}

/// An app that has as many devices as it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are {MOST_DEVICES} devices, and no room for more")]
pub struct TooManyDevices;

impl Push {
    /// Adds a device, of which its owner has yet to hear.
    ///
    /// # Errors
    /// [`TooManyDevices`] if there is no room for it.
    pub fn with_device(&self, device: Device) -> Result<Self, TooManyDevices> {
        if self.devices.len() >= MOST_DEVICES {
            return Err(TooManyDevices);
        }
        let unheard = Some(device.created);
        let mut with = Self { unheard, ..self.clone() };
        with.devices.push(device);
        Ok(with)
    }

    /// Makes a link by which a device can be enrolled, in the place of the one before.
    #[must_use]
    pub fn inviting(&self, digest: HandleDigest, now: UnixTime) -> Self {
        let invitation = Some(Invitation { digest, made: now, begun: None });
        Self { invitation, ..self.clone() }
    }

    /// Returns the link with this digest, if it is good.
    #[must_use]
    pub fn invited(&self, digest: &HandleDigest, now: UnixTime) -> Option<&Invitation> {
        self.invitation.as_ref().filter(|invitation| invitation.is_good(digest, now))
    }

    /// Records what a browser has begun with a link, or returns `None` if that is not good.
    #[must_use]
    pub fn begun(&self, digest: &HandleDigest, begun: Begun, now: UnixTime) -> Option<Self> {
        let invitation = self.invited(digest, now)?.clone();
        Some(Self {
            invitation: Some(Invitation { begun: Some(begun), ..invitation }),
            ..self.clone()
        })
    }

    /// Adds the device that was enrolled by a link, which is used up, or returns `None` if that is not
    /// good.
    ///
    /// # Errors
    /// [`TooManyDevices`] if there is no room for it.
    #[must_use]
    pub fn enrolled(
        &self,
        digest: &HandleDigest,
        device: Device,
        now: UnixTime,
    ) -> Option<Result<Self, TooManyDevices>> {
        self.invited(digest, now)?;
        Some(Self { invitation: None, ..self.clone() }.with_device(device))
    }

    /// Returns the device whose browser has the session with this digest.
    #[must_use]
    pub fn in_session(&self, digest: &HandleDigest) -> Option<&Device> {
        self.devices.iter().find(|device| device.session.as_ref() == Some(digest))
    }

    /// Removes a device, and with it an approval that it gave, or, with the last one, what was asked;
    /// `None` if there is no such device.
    #[must_use]
    pub fn without_device(&self, id: DeviceId, now: UnixTime) -> Option<Self> {
        self.device(id)?;
        let mut without = self.clone();
        without.devices.retain(|device| device.id != id);
        let challenge = without.challenge.take();
        let is_last = without.devices.is_empty();
        without.challenge = challenge.map(|challenge| match challenge.progress {
            Progress::Approved(by) if by == id => challenge.cancelled(now),
            // Nobody is left to answer.
            Progress::Waiting if is_last => challenge.cancelled(now),
            _ => challenge,
        });
        Some(without)
    }

    /// Returns the device with this identifier.
    #[must_use]
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.devices.iter().find(|device| device.id == id)
    }

    /// Returns the challenge that somebody can still be let in by.
    #[must_use]
    pub fn open(&self, now: UnixTime) -> Option<&Challenge> {
        self.challenge.as_ref().filter(|challenge| challenge.is_open(now))
    }

    /// Returns the challenge with this identifier, if this caller asked for it.
    #[must_use]
    pub fn asked_by(&self, approval: &Approval) -> Option<&Challenge> {
        let challenge = self.challenge.as_ref()?;
        let Question { id, caller, .. } = &challenge.question;
        (*id == approval.id && *caller == approval.caller).then_some(challenge)
    }

    /// Returns the seconds until something can be asked, after a denial.
    pub(in crate::domain) fn wait(&self, now: UnixTime) -> u64 {
        let next = self.denied.map_or(0, |denied| denied.min(now).0.saturating_add(DENIED_FOR));
        next.saturating_sub(now.0)
    }

    /// Returns the same as it is at this time: where the clock was set back, the challenge has ended
    /// for good, and the wait after a denial begins again.
    pub(in crate::domain) fn at(&self, now: UnixTime) -> Self {
        let challenge = self.challenge.as_ref().map(|challenge| challenge.at(now));
        let denied = self.denied.map(|denied| denied.min(now));
        Self { challenge, denied, ..self.clone() }
    }

    /// Takes a device's answer to a challenge, or returns `None` where it has no such challenge to
    /// answer. A denial begins the wait for the next one.
    #[must_use]
    pub fn answered(
        &self,
        id: ChallengeId,
        by: DeviceId,
        answer: Answer,
        now: UnixTime,
    ) -> Option<Self> {
        let challenge = self.challenge.as_ref().filter(|challenge| challenge.question.id == id)?;
        let challenge = challenge.answered(by, answer, now)?;
        let is_denied = matches!(challenge.progress, Progress::Denied(_));
        let mut push = Self { challenge: Some(challenge), ..self.clone() };
        push.denied = if is_denied { Some(now) } else { push.denied };
        push.devices.iter_mut().find(|device| device.id == by)?.last_used = Some(now);
        Some(push)
    }

    /// Ends the challenge that this caller asked for, or returns `None` if there is none.
    #[must_use]
    pub fn cancelled(&self, approval: &Approval, now: UnixTime) -> Option<Self> {
        let challenge = Some(self.asked_by(approval)?.cancelled(now));
        Some(Self { challenge, ..self.clone() })
    }

    /// Judges an approval, once.
    pub(in crate::domain) fn redeem(&self, approval: &Approval, now: UnixTime) -> (Verdict, Self) {
        let Some(challenge) = self.asked_by(approval) else {
            return (Verdict::Wrong, self.clone());
        };
        let (verdict, challenge) = challenge.redeem(now);
        (verdict, Self { challenge: Some(challenge), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{device, question};
    use super::*;

    const NOW: UnixTime = UnixTime(1_000_000);
    const PHONE: DeviceId = DeviceId([1; 16]);

    /// Returns two devices, of which the first is asked.
    fn asked() -> Push {
        let push = Push::default().with_device(device(1, NOW)).unwrap();
        let push = push.with_device(device(2, NOW)).unwrap();
        Push { challenge: Some(Challenge::new(question(9), NOW)), ..push }
    }

    fn approve(push: &Push, id: u8, by: DeviceId) -> Option<Push> {
        let number = question(id).number;
        push.answered(question(id).id, by, Answer::Approve(number), NOW)
    }

    fn progress(push: &Push) -> Progress {
        push.challenge.as_ref().unwrap().progress
    }

    fn approval(caller: Option<&str>) -> Approval {
        let caller = caller.map(|caller| caller.parse().unwrap());
        Approval { id: question(9).id, caller }
    }

    #[test]
    fn there_is_room_for_five_devices_and_the_owner_hears_of_the_newest() {
        let mut push = Push::default();
        for id in 1..=5 {
            push = push.with_device(device(id, UnixTime(id.into()))).unwrap();
        }
        assert_eq!((push.devices.len(), push.unheard), (5, Some(UnixTime(5))));
        assert_eq!(push.with_device(device(6, NOW)), Err(TooManyDevices));
        let fewer = push.without_device(PHONE, NOW).unwrap();
        assert_eq!((fewer.device(PHONE), fewer.devices.len()), (None, 4));
        assert_eq!(fewer.without_device(PHONE, NOW), None);
    }

    #[test]
    fn a_device_answers_what_is_asked_and_nothing_else_does() {
        let approved = approve(&asked(), 9, PHONE).unwrap();
        let mut expected = asked();
        expected.devices[0].last_used = Some(NOW);
        expected.challenge.as_mut().unwrap().progress = Progress::Approved(PHONE);
        assert_eq!(approved, expected);
        assert_eq!(approve(&asked(), 8, PHONE), None, "another challenge");
        assert_eq!(approve(&asked(), 9, DeviceId([7; 16])), None, "another device");
        assert_eq!(approve(&approved, 9, DeviceId([2; 16])), None, "answered elsewhere");
    }

    #[test]
    fn a_denial_is_remembered() {
        let denied = asked().answered(question(9).id, PHONE, Answer::Deny, NOW).unwrap();
        assert_eq!((progress(&denied), denied.denied), (Progress::Denied(PHONE), Some(NOW)));
    }

    #[test]
    fn a_link_enrols_one_device_and_the_next_link_takes_its_place() {
        let (first, second) = (HandleDigest([1; 32]), HandleDigest([2; 32]));
        let begun = Begun { name: "phone".parse().unwrap(), registration: "{}".parse().unwrap() };
        let push = Push::default().inviting(first, NOW);
        assert_eq!(push.begun(&second, begun.clone(), NOW), None);
        let with = push.begun(&first, begun.clone(), NOW).unwrap();
        assert_eq!(with.invited(&first, NOW).unwrap().begun, Some(begun));
        let enrolled = with.enrolled(&first, device(1, NOW), NOW).unwrap().unwrap();
        assert_eq!((enrolled.devices.len(), &enrolled.invitation), (1, &None));
        assert_eq!(enrolled.enrolled(&first, device(2, NOW), NOW), None);
        let again = with.inviting(second, NOW);
        assert_eq!(again.enrolled(&first, device(1, NOW), NOW), None);
        assert_eq!(with.enrolled(&first, device(1, NOW), UnixTime(NOW.0 + 600)), None);
    }

    #[test]
    fn a_session_belongs_to_its_device() {
        let session = Some(HandleDigest([7; 32]));
        let push = Push::default().with_device(Device { session, ..device(1, NOW) }).unwrap();
        let push = push.with_device(device(2, NOW)).unwrap();
        assert_eq!(push.in_session(&HandleDigest([7; 32])).map(|device| device.id), Some(PHONE));
        assert_eq!(push.in_session(&HandleDigest([8; 32])), None);
    }

    #[test]
    fn an_approval_goes_with_the_device_that_gave_it() {
        let approved = approve(&asked(), 9, PHONE).unwrap();
        let gone = approved.without_device(PHONE, NOW).unwrap();
        assert_eq!(gone.redeem(&approval(None), NOW).0, Verdict::Cancelled);
        let other = approved.without_device(DeviceId([2; 16]), NOW).unwrap();
        assert_eq!(other.redeem(&approval(None), NOW).0, Verdict::Accepted);
    }

    #[test]
    fn what_another_caller_asked_is_not_found() {
        let mut push = approve(&asked(), 9, PHONE).unwrap();
        assert_eq!(push.redeem(&approval(Some("api")), NOW), (Verdict::Wrong, push.clone()));
        assert_eq!(push.cancelled(&approval(Some("api")), NOW), None);
        push.challenge.as_mut().unwrap().question.caller = approval(Some("api")).caller;
        assert_eq!(push.redeem(&approval(None), NOW), (Verdict::Wrong, push.clone()));
        assert_eq!(push.redeem(&approval(Some("api")), NOW).0, Verdict::Accepted);
        let cancelled = push.cancelled(&approval(Some("api")), NOW).unwrap();
        assert_eq!(progress(&cancelled), Progress::Cancelled);
        let other = Approval { id: question(8).id, ..approval(Some("api")) };
        assert_eq!(push.redeem(&other, NOW).0, Verdict::Wrong);
    }
}
