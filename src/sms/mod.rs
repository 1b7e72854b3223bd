//! Codes by SMS: one call sends a code, and [`authenticate`](crate::authenticate) takes it, once.
//!
//! What `SMSMFAManager` of many a guide does with `send_code` and `verify_code`, over any provider. The
//! code is kept nowhere, guesses are throttled, and so is sending:
//!
//! ```
//! use std::cell::RefCell;
//! use std::convert::Infallible;
//!
//! use mfa::Attempt;
//! use mfa::audit::Caller;
//! use mfa::domain::{
//!     Account, AppName, Asked, Enrolment, PhoneNumber, Secret, Sms, Totp, UnixTime, Verdict,
//! };
//! use mfa::sms::{Gateway, Message, TEXT, send};
//! use mfa::store::{Existing, Memory, Store};
//!
//! #[derive(Default)]
//! struct Outbox(RefCell<Vec<String>>); // in earnest: your provider, or mfa::send::SmsGateway
//!
//! impl Gateway for Outbox {
//!     type Error = Infallible;
//!
//!     fn send(&self, _to: &PhoneNumber, text: &str) -> Result<(), Infallible> {
//!         self.0.borrow_mut().push(text.into());
//!         Ok(())
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (store, outbox, caller) = (Memory::default(), Outbox::default(), &Caller::default());
//! let (app, now): (AppName, _) = ("deploy".parse()?, UnixTime(1_795_302_119));
//! let sms = Some(Sms::new("+1 (555) 010-0199".parse()?, now));
//! let account = Account::new("Example Corp".parse()?, None, Totp::default(), None);
//! let secret = Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
//! store.enrol(&app, &Enrolment { secret, account: Account { sms, ..account } }, Existing::Keep)?;
//!
//! // In earnest, the nonce is random, and so many messages an hour are sent for all apps together.
//! let message = Message { app: &app, nonce: [7; 16], text: TEXT, per_hour: None, caller };
//! assert_eq!(send(&store, message, &outbox, || Ok(now))?, Asked::Sent);
//! assert_eq!(send(&store, message, &outbox, || Ok(now))?, Asked::Throttled { retry_after: 60 });
//!
//! let text = outbox.0.borrow()[0].clone();
//! let credential = &text.trim_start_matches("Your code is: ").parse()?;
//! let attempt = Attempt { app: &app, credential, action: "login", caller, remember: None };
//! assert_eq!(mfa::authenticate(&store, attempt, || Ok(now))?.verdict, Verdict::Accepted);
//! assert_eq!(mfa::authenticate(&store, attempt, || Ok(now))?.verdict, Verdict::Wrong);
//! # Ok(()) }
//! ```

mod proof;

use std::error::Error;
use std::num::NonZeroU32;

use zeroize::Zeroizing;

use crate::audit::{Caller, Event};
use crate::domain::{
    Account, AppName, Asked, ClockError, Enrolment, Factor, Label, PhoneNumber, SmsQuota, UnixTime,
    UsedUp, sms_code,
};
use crate::gate::{GateError, Request, decide};
#[cfg(feature = "remote")]
use crate::send::{SendError, SmsGateway};
use crate::store::{Change, Store, StoreError};
pub use proof::{Proof, send_proof};

/// The text of a message, unless another is given.
pub const TEXT: &str = "Your code is: {code}";

/// What takes a text to a phone.
pub trait Gateway {
    /// The reason why it does not.
    type Error: Error + 'static;

    /// Sends a text.
    ///
    /// # Errors
    /// Whatever the provider says; it must not repeat the text, which has the code.
    fn send(&self, to: &PhoneNumber, text: &str) -> Result<(), Self::Error>;
}

/// A message with a code, to be sent to an app's owner.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The app.
    pub app: &'a AppName,
    /// Random bytes that were never used before, of which the code is made.
    pub nonce: [u8; 16],
    /// The text, with `{code}` and perhaps `{issuer}` in it.
    pub text: &'a str,
    /// The most messages an hour for all apps together, if there is a limit: each costs somebody money.
    pub per_hour: Option<NonZeroU32>,
    /// The caller, for the log.
    pub caller: &'a Caller,
}

/// The reasons why no message was sent, or perhaps none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmsError<E: Error + 'static> {
    /// An app that could not be read, or a code that could not be recorded or logged; nothing was sent.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// A gateway that failed. The code counts as sent, since the phone may have it all the same.
    #[error(transparent)]
    Gateway(E),
}

/// Sends a code, unless that has to wait.
///
/// It is recorded and logged before the gateway has it, so that no code is on its way that a crash has
/// forgotten; what is recorded lets nobody in by itself.
///
/// # Errors
/// [`SmsError`] if the code cannot be recorded, or the gateway fails.
pub fn send<G: Gateway>(
    store: &(impl Store + ?Sized),
    message: Message<'_>,
    gateway: &G,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<Asked, SmsError<G::Error>> {
    let (asked, _) = message.deliver(store, gateway, clock, |account, now| {
        let phone = account.sms.as_ref().map(|sms| sms.phone.clone());
        (account.send_sms(message.nonce, now), phone)
    })?;
    Ok(asked)
}

impl Message<'_> {
    /// Decides, records and logs, and only then sends the code, which it returns.
    fn deliver<G: Gateway>(
        &self,
        store: &(impl Store + ?Sized),
        gateway: &G,
        mut clock: impl FnMut() -> Result<UnixTime, ClockError>,
        ask: impl Fn(&Account, UnixTime) -> ((Asked, Account), Option<PhoneNumber>),
    ) -> Result<(Asked, Zeroizing<String>), SmsError<G::Error>> {
        // An app that cannot be read counts for nothing.
        store.get(self.app).map_err(GateError::from)?;
        if let Some(UsedUp { retry_after, .. }) = self.reserve(store, &mut clock)? {
            return Ok((Asked::Throttled { retry_after }, Zeroizing::default()));
        }
        let request = Request { app: self.app, action: "sms", caller: self.caller };
        let decided = decide(store, request, &mut clock, |Enrolment { secret, account }, now| {
            let ((asked, after), phone) = ask(account, now);
            let phone = phone.filter(|_| asked == Asked::Sent);
            let (code, issuer) = (sms_code(secret, &self.nonce), account.issuer.clone());
            Ok(((asked, code, issuer, phone), change(request, asked, account, after, now)))
        });
        if !decided.as_ref().is_ok_and(|decided| decided.0 == Asked::Sent) {
            // Should that fail, one less is sent in this hour.
            let _ = self.give_back(store);
        }
        let (asked, code, issuer, phone) = decided?;
        if let Some(phone) = phone {
            gateway.send(&phone, &self.filled(&code, &issuer)).map_err(|error| {
                // It is refused in any case.
                let _ = store.log(&event(request, clock().ok(), "gateway"));
                SmsError::Gateway(error)
            })?;
        }
        Ok((asked, code))
    }

    /// Counts a message for the quota of all apps, or returns why there is none left.
    fn reserve(
        &self,
        store: &(impl Store + ?Sized),
        mut clock: impl FnMut() -> Result<UnixTime, ClockError>,
    ) -> Result<Option<UsedUp>, GateError> {
        let Some(per_hour) = self.per_hour else { return Ok(None) };
        let now = clock()?;
        let mut used_up = None;
        store.change_sms_quota(&mut |quota| match quota.counting_one(per_hour, now) {
            Ok(counted) => {
                used_up = None;
                counted
            }
            Err(none_left) => {
                used_up = Some(none_left);
                none_left.quota
            }
        })?;
        Ok(used_up)
    }

    /// Takes back what was counted for a message that is not sent.
    fn give_back(&self, store: &(impl Store + ?Sized)) -> Result<(), StoreError> {
        if self.per_hour.is_none() {
            return Ok(());
        }
        store.change_sms_quota(&mut |quota| SmsQuota {
            sent: quota.sent.saturating_sub(1),
            ..*quota
        })
    }

    fn filled(&self, code: &str, issuer: &Label) -> Zeroizing<String> {
        // The issuer comes last, since it may have braces of its own.
        let text = Zeroizing::new(self.text.replace("{code}", code));
        Zeroizing::new(text.replace("{issuer}", issuer.as_str()))
    }
}

#[cfg(feature = "remote")]
impl Gateway for SmsGateway {
    type Error = SendError;

    fn send(&self, to: &PhoneNumber, text: &str) -> Result<(), SendError> {
        Self::send(self, to, text)
    }
}

/// Returns what is recorded and logged: of what has to wait, the first wish alone.
fn change(
    request: Request<'_>,
    asked: Asked,
    before: &Account,
    account: Account,
    now: UnixTime,
) -> Change {
    let is_logged = before.asked != account.asked;
    let wait = asked.retry_after();
    let event = is_logged.then(|| Event { wait, ..event(request, Some(now), asked.reason()) });
    Change { account, event }
}

fn event(request: Request<'_>, now: Option<UnixTime>, outcome: &str) -> Event {
    Event { factor: Some(Factor::Sms.name().into()), ..request.event(now, outcome) }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::domain::{Secret, Sms, Totp};
    use crate::store::{Existing, Memory};

    const NOW: u64 = 1_000_000;

    /// A gateway that calls a function with each text.
    struct Calling<F>(F);

    #[derive(Debug, thiserror::Error)]
    #[error("it is down")]
    struct Down;

    impl<F: Fn(&str) -> Result<(), Down>> Gateway for Calling<F> {
        type Error = Down;

        fn send(&self, to: &PhoneNumber, text: &str) -> Result<(), Down> {
            assert_eq!(to.expose(), "+15550100199");
            (self.0)(text)
        }
    }

    fn app() -> AppName {
        "deploy".parse().unwrap()
    }

    fn store() -> Memory {
        let store = Memory::default();
        let sms = Some(Sms::new("+15550100199".parse().unwrap(), UnixTime(NOW)));
        let account = Account::new("{code} Corp".parse().unwrap(), None, Totp::default(), None);
        let secret = Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let enrolment = Enrolment { secret, account: Account { sms, ..account } };
        store.enrol(&app(), &enrolment, Existing::Keep).unwrap();
        store
    }

    fn ask(store: &Memory, at: u64, text: &str, gateway: &impl Gateway) -> Result<Asked, String> {
        let (app, caller) = (app(), Caller::default());
        let caller = &caller;
        let message = Message { app: &app, nonce: [0; 16], text, per_hour: None, caller };
        send(store, message, gateway, || Ok(UnixTime(at))).map_err(|error| error.to_string())
    }

    fn outcomes(store: &Memory) -> Vec<(String, String, Option<u64>)> {
        let events = store.events().into_iter();
        let factor = |event: &Event| event.factor.as_deref() == Some("sms");
        events
            .inspect(|event| assert!(factor(event)))
            .map(|event| (event.action, event.outcome, event.wait))
            .collect()
    }

    fn line(outcome: &str, wait: Option<u64>) -> (String, String, Option<u64>) {
        ("sms".into(), outcome.into(), wait)
    }

    #[test]
    fn a_code_is_recorded_and_logged_before_the_gateway_has_it() {
        let store = store();
        let texts = RefCell::new(Vec::new());
        let gateway = Calling(|text: &str| {
            assert!(store.get(&app()).unwrap().account.sms.unwrap().sent.is_some());
            assert_eq!(outcomes(&store), [line("done", None)]);
            texts.borrow_mut().push(text.to_owned());
            Ok(())
        });
        assert_eq!(ask(&store, NOW, "{code} for {issuer}: {code}", &gateway), Ok(Asked::Sent));
        assert_eq!(texts.into_inner(), ["348668 for {code} Corp: 348668"]);
    }

    #[test]
    fn a_gateway_that_fails_is_told_and_logged_and_what_it_had_counts() {
        let store = store();
        assert_eq!(ask(&store, NOW, TEXT, &Calling(|_: &str| Err(Down))), Err("it is down".into()));
        assert_eq!(outcomes(&store), [line("done", None), line("gateway", None)]);
        let nobody = Calling(|_: &str| panic!("it was called"));
        let throttled = Ok(Asked::Throttled { retry_after: 60 });
        assert_eq!(ask(&store, NOW, TEXT, &nobody), throttled);
    }

    #[test]
    fn a_proof_is_what_went_to_the_number_and_opens_nothing() {
        let store = store();
        let texts = RefCell::new(Vec::new());
        let gateway = Calling(|text: &str| {
            texts.borrow_mut().push(text.to_owned());
            Ok(())
        });
        let (app, caller) = (app(), Caller::default());
        let caller = &caller;
        let message = Message { app: &app, nonce: [2; 16], text: "{code}", per_hour: None, caller };
        let clock = || Ok(UnixTime(NOW));
        let number = "+15550100199".parse().unwrap();
        let (asked, proof) = send_proof(&store, message, &number, &gateway, clock).unwrap();
        assert_eq!((asked, &*texts.borrow()), (Asked::Sent, &vec!["058672".to_owned()]));
        let is_given_by = |code: &str| proof.is_given_by(&code.parse().unwrap());
        assert!(is_given_by("058 672") && !is_given_by("058673") && !is_given_by("0586720"));
        let enrolment = store.get(&app).unwrap();
        let credential = &"058672".parse().unwrap();
        let judged = enrolment.account.verify(&enrolment.secret, credential, UnixTime(NOW));
        assert_eq!(judged.unwrap().verdict, crate::domain::Verdict::Wrong);
        assert_eq!(outcomes(&store), [line("done", None)]);
    }

    #[test]
    fn of_wishes_that_have_to_wait_the_first_is_logged_and_none_that_cannot_be() {
        let store = store();
        let gateway = Calling(|_: &str| Ok(()));
        for at in [NOW, NOW + 10, NOW + 20, NOW + 60] {
            let _ = ask(&store, at, TEXT, &gateway).unwrap();
        }
        let lines = [line("done", None), line("throttled", Some(50)), line("done", None)];
        assert_eq!(outcomes(&store), lines);
        crate::store::update(&store, &app(), |enrolment| {
            ((), Account { sms: None, ..enrolment.account.clone() })
        })
        .unwrap();
        assert_eq!(ask(&store, NOW + 120, TEXT, &gateway), Ok(Asked::NoPhone));
        assert_eq!(outcomes(&store), lines);
    }
}
