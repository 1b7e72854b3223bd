use super::asking::changed;
use crate::audit::{Caller, Event};
use crate::domain::{
    Account, Answer, AppName, Bounded, Challenge, ChallengeId, ClockError, Device, DeviceId,
    Enrolment, Number, Progress, Push, UnixTime, Verdict,
};
use crate::gate::{GateError, Request, decide};
use crate::store::{Change, Store};

/// A function that verifies what a device's passkey says to a challenge, and returns the passkey as it is
/// to be stored from then on; `None` if it is not verified.
pub type Verify<'a> = &'a dyn Fn(&Device, &Challenge) -> Option<Bounded<2560>>;

/// What is said on a device.
pub struct Response<'a> {
    /// The app.
    pub app: &'a AppName,
    /// The challenge.
    pub challenge: ChallengeId,
    /// The device.
    pub device: DeviceId,
    /// Whether it may be.
    pub approved: bool,
    /// The number, as it was typed.
    pub number: Option<Number>,
    /// What shows that it is the device.
    pub authority: Authority<'a>,
    /// The caller, for the log.
    pub caller: &'a Caller,
}

/// What shows that a device answers, and its owner with it.
#[derive(Clone, Copy)]
pub struct Authority<'a> {
    /// Whether the session in its browser was presented, which can deny.
    pub session: bool,
    /// The passkey, which can approve.
    pub passkey: Option<Verify<'a>>,
}

/// What became of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Answered {
    /// Whoever asked can be let in.
    Approved,
    /// It is denied, as the device said.
    Denied,
    /// Another number was typed, and it is denied with that.
    WrongNumber,
    /// Nothing shows that the device denies; nothing has changed.
    NoSession,
    /// Nothing shows that the owner approves; nothing has changed.
    NotVerified,
    /// There is no such challenge, or no such device.
    Unknown,
    /// The challenge has ended: answered elsewhere, or as this verdict says.
    Ended(Verdict),
}

impl Answered {
    /// Returns the outcome as JSON and the audit log write it.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Denied | Self::WrongNumber => "denied",
            Self::NoSession => "session",
            Self::NotVerified => "assertion",
            Self::Unknown => "unknown_challenge",
            Self::Ended(Verdict::Expired) => "expired",
            Self::Ended(Verdict::Cancelled) => "cancelled",
            Self::Ended(_) => "answered",
        }
    }
}

/// Takes what is said on a device, records and logs it, and only then answers.
///
/// # Errors
/// [`GateError`] if it cannot be recorded or logged; the challenge then stays as it was.
pub fn respond(
    store: &(impl Store + ?Sized),
    response: &Response<'_>,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Answered, GateError> {
    let request = Request { app: response.app, action: "push-response", caller: response.caller };
    decide(store, request, clock, |Enrolment { account, .. }, now| {
        let (answered, push) = response.judge(&account.push, now);
        Ok((answered.clone(), response.change(request, account, push, now, &answered)))
    })
}

impl Response<'_> {
    /// Decides what becomes of it, and returns what is to be recorded.
    fn judge(&self, push: &Push, now: UnixTime) -> (Answered, Push) {
        let challenge = push.challenge.as_ref().filter(|asked| asked.question.id == self.challenge);
        let (Some(challenge), Some(device)) = (challenge, push.device(self.device)) else {
            return (Answered::Unknown, push.clone());
        };
        if let Some(ended) = ended(challenge, now) {
            return (Answered::Ended(ended), push.clone());
        }
        let verified = self.authority.passkey.and_then(|verify| verify(device, challenge));
        let may_deny = self.authority.session || verified.is_some();
        let is_right = self.number.is_some_and(|number| number == challenge.question.number);
        let (answered, answer) = match (self.approved, self.number) {
            (false, _) if may_deny => (Answered::Denied, Answer::Deny),
            (false, _) => return (Answered::NoSession, push.clone()),
            (true, Some(number)) if is_right && verified.is_some() => {
                (Answered::Approved, Answer::Approve(number))
            }
            (true, Some(_)) if !is_right && may_deny => (Answered::WrongNumber, Answer::Deny),
            (true, _) => return (Answered::NotVerified, push.clone()),
        };
        match push.answered(self.challenge, self.device, answer, now) {
            Some(push) => (answered, with_passkey(push, self.device, verified)),
            None => (Answered::Unknown, push.clone()),
        }
    }

    fn change(
        &self,
        request: Request<'_>,
        before: &Account,
        push: Push,
        now: UnixTime,
        answered: &Answered,
    ) -> Change {
        let change = changed(request, before, push, now, answered.reason());
        let about = Some(self.device.to_string());
        Change { event: change.event.map(|event| Event { about, ..event }), ..change }
    }
}

/// Returns how a challenge that no device can answer any more has ended.
fn ended(challenge: &Challenge, now: UnixTime) -> Option<Verdict> {
    Some(match challenge.at(now).progress {
        Progress::Waiting => return None,
        Progress::Expired => Verdict::Expired,
        Progress::Cancelled => Verdict::Cancelled,
        Progress::Denied(_) => Verdict::Denied,
        Progress::Approved(_) | Progress::Redeemed(_) => Verdict::Reused,
    })
}

/// Stores the passkey as its last answer left it: a counter that goes back betrays a copy of it.
fn with_passkey(mut push: Push, id: DeviceId, verified: Option<Bounded<2560>>) -> Push {
    let device = push.devices.iter_mut().find(|device| device.id == id);
    if let (Some(device), Some(passkey)) = (device, verified) {
        device.passkey = passkey;
    }
    push
}
