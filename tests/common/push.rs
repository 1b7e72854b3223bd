//! A device of which only the store knows, in place of a passkey in a browser.

use mfa::GateError;
use mfa::audit::Caller;
use mfa::domain::{AppName, Begun, Challenge, Credential, DeviceId, Handle, Progress, UnixTime};
use mfa::push::{
    self, Added, Answered, Authority, Begin, Beginning, Enrol, Response, begin, enrol, invite,
};
use mfa::store::Store;

pub const DEVICE: DeviceId = DeviceId([3; 16]);

/// Enrols the device by a link and a code.
pub fn enrol_device(store: &impl Store, app: &AppName, code: &str, now: UnixTime) {
    let handle = |bits| Handle { app: app.clone(), bits: [bits; 16] };
    let (link, session, caller) = (&handle(1), &handle(2), &Caller::default());
    let clock = || Ok(now);
    invite(store, link, caller, clock).unwrap();
    let begun = &Begun { name: "phone".parse().unwrap(), registration: "{}".parse().unwrap() };
    let credential: &Credential = &code.parse().unwrap();
    let begun = begin(store, Begin { link, credential, begun, caller }, clock).unwrap();
    assert!(matches!(begun, Beginning::Judged(_)));
    let verify = |_: &_| Some("{}".parse().unwrap());
    let new = Enrol { link, device: DEVICE, session, verify: &verify, caller };
    assert!(matches!(enrol(store, &new, clock).unwrap(), Added::Done(_)));
}

/// Returns the challenge that waits for an answer, if there is one.
pub fn waiting(store: &impl Store, app: &AppName) -> Option<Challenge> {
    let challenge = store.get(app).unwrap().account.push.challenge;
    challenge.filter(|asked| asked.progress == Progress::Waiting)
}

/// Answers what waits, with the number that it asks for.
pub fn answer(
    store: &impl Store,
    app: &AppName,
    approved: bool,
    now: UnixTime,
) -> Result<Answered, GateError> {
    let question = waiting(store, app).unwrap().question;
    let response = Response {
        app,
        challenge: question.id,
        device: DEVICE,
        approved,
        number: Some(question.number.into()),
        authority: Authority { session: false, passkey: Some(&|_, _| "{}".parse().ok()) },
        caller: &Caller::default(),
    };
    push::respond(store, &response, || Ok(now))
}
