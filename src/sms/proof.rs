use constant_time_eq::constant_time_eq;
use zeroize::Zeroizing;

use super::{Gateway, Message, SmsError};
use crate::domain::{Asked, ClockError, Code, PhoneNumber, UnixTime};
use crate::store::Store;

/// The code that went to a number which is not the app's yet; the gate does not take it.
pub struct Proof(Zeroizing<String>);

impl Proof {
    /// Reports whether this is the code that went to the number.
    #[must_use]
    pub fn is_given_by(&self, code: &Code) -> bool {
        code.check_sms().is_ok() && constant_time_eq(code.expose().as_bytes(), self.0.as_bytes())
    }
}

/// Sends a code to a number that may become the app's, and counts it as all that is sent.
///
/// # Errors
/// As for [`send`](super::send).
pub fn send_proof<G: Gateway>(
    store: &(impl Store + ?Sized),
    message: Message<'_>,
    phone: &PhoneNumber,
    gateway: &G,
    clock: impl FnMut() -> Result<UnixTime, ClockError>,
) -> Result<(Asked, Proof), SmsError<G::Error>> {
    let sent = message.deliver(store, gateway, clock, |account, now| {
        (account.send_proof(now), Some(phone.clone()))
    });
    sent.map(|(asked, code)| (asked, Proof(code)))
}
