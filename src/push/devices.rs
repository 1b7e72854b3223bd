use super::asking::changed;
use crate::audit::{Caller, Event};
use crate::domain::{
    Account, Begun, Bounded, ClockError, Credential, Device, DeviceId, Enrolment, Handle, Push,
    Sms, UnixTime, Verdict,
};
use crate::gate::{Authentication, GateError, Request, decide, outcome};
use crate::store::{Change, Store, StoreError};

/// An enrolment of a device that a browser begins, by a link and a code.
#[derive(Clone, Copy)]
pub struct Begin<'a> {
    /// What the link ends with.
    pub link: &'a Handle,
    /// The code, or another credential.
    pub credential: &'a Credential,
    /// What is recorded if it is right.
    pub begun: &'a Begun,
    /// The caller, for the log.
    pub caller: &'a Caller,
}

/// What became of the beginning of an enrolment.
#[derive(Debug)]
#[must_use]
pub enum Beginning {
    /// The link is not good, or not any more; the code was not looked at.
    Expired,
    /// The credential was judged, and the enrolment has begun if it was accepted.
    Judged(Box<Authentication>),
}

/// An enrolment of a device that a browser ends.
pub struct Enrol<'a> {
    /// What the link ends with.
    pub link: &'a Handle,
    /// The identifier of the device.
    pub device: DeviceId,
    /// The session of its browser.
    pub session: &'a Handle,
    /// A function that verifies a new passkey against what was begun, and returns it as it is stored.
    pub verify: &'a dyn Fn(&Begun) -> Option<Bounded<2560>>,
    /// The caller, for the log.
    pub caller: &'a Caller,
}

/// What became of the end of an enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Added {
    /// The device is added, under this name.
    Done(Bounded<128>),
    /// The link is not good, or nothing was begun with it.
    Expired,
    /// The passkey is not verified; another try is possible.
    NotVerified,
    /// There are as many devices as there can be.
    TooMany,
}

impl Added {
    fn reason(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Expired => "expired",
            Self::NotVerified => "credential",
            Self::TooMany => "too_many",
        }
    }
}

/// Records a link by which a device can be enrolled, in the place of the one before.
///
/// # Errors
/// [`GateError`] if it cannot be recorded or logged.
pub fn invite(
    store: &(impl Store + ?Sized),
    link: &Handle,
    caller: &Caller,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<(), GateError> {
    let request = Request { app: &link.app, action: "device-link", caller };
    decide(store, request, clock, |Enrolment { account, .. }, now| {
        let push = account.push.inviting(link.digest(), now);
        Ok(((), changed(request, account, push, now, "done")))
    })
}

/// Judges the code that an enrolment begins with, and records what has begun in the same change.
///
/// # Errors
/// [`GateError`] if there is no verdict, or it cannot be recorded or logged.
pub fn begin(
    store: &(impl Store + ?Sized),
    Begin { link, credential, begun, caller }: Begin<'_>,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Beginning, GateError> {
    let request = Request { app: &link.app, action: "device-add", caller };
    decide(store, request, clock, |Enrolment { secret, account }, now| {
        let Some(push) = account.push.begun(&link.digest(), begun.clone(), now) else {
            return Ok((Beginning::Expired, account.clone().into()));
        };
        credential.check(account)?;
        let mut judged = account.verify(secret, credential, now)?;
        if judged.verdict == Verdict::Accepted {
            // Nobody logs in, so that its owner has yet to hear of what is new.
            judged.account.push = Push { unheard: account.push.unheard, ..push };
            let unheard = account.sms.as_ref().and_then(|sms| sms.unheard);
            judged.account.sms = judged.account.sms.map(|sms| Sms { unheard, ..sms });
        }
        let (authentication, change) = outcome(request, account, judged, now);
        Ok((Beginning::Judged(authentication.into()), change))
    })
}

/// Adds a device, of which its owner hears at the next login, and uses its link up.
///
/// # Errors
/// [`GateError`] if it cannot be recorded or logged.
pub fn enrol(
    store: &(impl Store + ?Sized),
    new: &Enrol<'_>,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Added, GateError> {
    let request = Request { app: &new.link.app, action: "device-add", caller: new.caller };
    decide(store, request, clock, |Enrolment { account, .. }, now| {
        let (added, account_after) = new.added(account, now);
        let change = changed(request, account, account_after.push, now, added.reason());
        Ok((added, about(change, new.device)))
    })
}

impl Enrol<'_> {
    fn added(&self, account: &Account, now: UnixTime) -> (Added, Account) {
        let same = account.clone();
        let digest = self.link.digest();
        let begun = account.push.invited(&digest, now).and_then(|link| link.begun.as_ref());
        let Some(begun) = begun else { return (Added::Expired, same) };
        let Some(passkey) = (self.verify)(begun) else { return (Added::NotVerified, same) };
        let device = Device {
            id: self.device,
            name: begun.name.clone(),
            passkey,
            created: now,
            last_used: None,
            subscription: None,
            session: Some(self.session.digest()),
        };
        match account.push.enrolled(&digest, device, now) {
            None => (Added::Expired, same),
            Some(Err(_)) => (Added::TooMany, same),
            Some(Ok(push)) => (Added::Done(begun.name.clone()), Account { push, ..same }),
        }
    }
}

/// Removes a device, and reports whether it was there.
///
/// # Errors
/// [`GateError`] if it cannot be recorded or logged.
pub fn remove(
    store: &(impl Store + ?Sized),
    app: &crate::domain::AppName,
    device: DeviceId,
    caller: &Caller,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<bool, GateError> {
    let request = Request { app, action: "device-remove", caller };
    decide(store, request, clock, |Enrolment { account, .. }, now| {
        let Some(push) = account.push.without_device(device, now) else {
            return Ok((false, account.clone().into()));
        };
        Ok((true, about(changed(request, account, push, now, "done"), device)))
    })
}

/// Records where the browser of a device can be woken, or that it cannot, and reports whether the device is
/// there.
///
/// # Errors
/// [`StoreError`] if it cannot be recorded.
pub fn subscribe(
    store: &(impl Store + ?Sized),
    app: &crate::domain::AppName,
    device: DeviceId,
    subscription: Option<&Bounded<1024>>,
) -> Result<bool, StoreError> {
    crate::store::update(store, app, |Enrolment { account, .. }| {
        let mut account = account.clone();
        let found = account.push.devices.iter_mut().find(|found| found.id == device);
        let is_there = found.map(|found| found.subscription = subscription.cloned()).is_some();
        (is_there, account)
    })
}

/// Says in the log which device it is about.
fn about(change: Change, device: DeviceId) -> Change {
    let about = Some(device.to_string());
    Change { event: change.event.map(|event| Event { about, ..event }), ..change }
}
