use ureq::http::StatusCode;
use zeroize::Zeroizing;

use super::exchange::hand_over;
use super::request::Form;
use super::template::{TEXT, TO};
use super::{Receiver, SendError};
use crate::domain::PhoneNumber;
use crate::outgoing;

/// A gateway that takes texts for phones over HTTP; its secrets are wiped on drop.
#[derive(Clone)]
pub struct SmsGateway {
    pub(crate) form: Form,
    /// The statuses that say that it took the text.
    pub(crate) ok: Vec<u16>,
}

impl SmsGateway {
    /// Gives the gateway a text for a number, and returns once it took it; a control character goes
    /// out as a space.
    ///
    /// That it took the text does not say that the phone got it.
    ///
    /// # Errors
    /// [`SendError`] if it cannot be reached, does not answer in time, or refuses.
    pub fn send(&self, to: &PhoneNumber, text: &str) -> Result<(), SendError> {
        let text = Zeroizing::new(text.replace(char::is_control, " "));
        let request = self.form.request(&[(TO, to.expose()), (TEXT, &text)])?;
        let is_good = |status: StatusCode| self.ok.contains(&status.as_u16());
        hand_over(request, Receiver::SmsGateway, outgoing::agent, is_good)
    }
}
