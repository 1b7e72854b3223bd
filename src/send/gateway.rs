use std::io::ErrorKind;

use ureq::http::{Method, Request, Response};
use ureq::{Body, Error};
use zeroize::Zeroizing;

use super::SendError;
use super::request::Form;
use crate::domain::{PhoneNumber, escaped};
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
        let request = self.form.request(to.expose(), &text)?;
        let answer = exchange(request).map_err(|error| failed(&error))?;
        let status = answer.status();
        if self.ok.contains(&status.as_u16()) {
            return Ok(());
        }
        if status.is_redirection() {
            return Err(SendError::Redirected(status.as_u16()));
        }
        // What else it says may repeat the code in a form that nobody thought of.
        Err(SendError::Refused(status.as_u16()))
    }
}

fn exchange(request: Request<Vec<u8>>) -> Result<Response<Body>, Error> {
    let agent = outgoing::agent();
    match *request.method() {
        Method::GET => agent.run(request.map(drop)),
        _ => agent.run(request),
    }
}

/// Says what went wrong in words of our own or the system's: others may repeat the address, in which
/// there may be a secret.
fn failed(error: &Error) -> SendError {
    let why = match error {
        Error::Timeout(_) => return SendError::Silent,
        Error::Http(error) => return SendError::Unsendable(error.to_string()),
        Error::HostNotFound => "there is no such host".into(),
        Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "it ended the connection without an answer".into()
        }
        Error::Io(error) => escaped(&error.to_string()),
        Error::Rustls(error) => escaped(&error.to_string()),
        _ => "what answers there does not speak HTTP".into(),
    };
    SendError::Unreachable(why)
}
