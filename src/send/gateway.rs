use std::io::{ErrorKind, Read};

use ureq::http::{Method, Request, Response};
use ureq::{Body, Error};
use zeroize::Zeroizing;

use super::SendError;
use super::answer::Private;
use super::request::Form;
use super::template::Template;
use crate::domain::PhoneNumber;
use crate::outgoing;

/// The number of bytes that are read of an answer.
const LONGEST: u64 = 64 * 1024;

/// The length from which on a piece of the URL may be a secret: `cgi-bin` is none.
const LONG_PIECE: usize = 16;

/// A gateway that takes texts for phones over HTTP; its secrets are wiped on drop.
#[derive(Clone)]
pub struct SmsGateway {
    pub(crate) form: Form,
    /// The statuses that say that it took the text.
    pub(crate) ok: Vec<u16>,
    /// What must not be shown of an answer besides what is sent as it is.
    pub(crate) hidden: Vec<Zeroizing<String>>,
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
        let private = Private { to: to.expose(), text: &text, values: self.values() };
        let request = self.form.request(to.expose(), &text)?;
        let answer = exchange(request).map_err(|error| failed(&error, &private))?;
        let status = answer.status();
        if self.ok.contains(&status.as_u16()) {
            return Ok(());
        }
        if status.is_redirection() {
            return Err(SendError::Redirected(status.as_u16()));
        }
        let answer = private.first_line(&start(answer));
        Err(SendError::Refused { status: status.as_u16(), answer })
    }

    /// Returns what the gateway hears whatever the number and the text are: any of it may be a
    /// secret.
    fn values(&self) -> Vec<&str> {
        let fixed = self.form.templates().flat_map(Template::fixed).flat_map(with_last_word);
        let pieces =
            self.form.url.split(['/', '?', '&', '=']).filter(|piece| piece.len() >= LONG_PIECE);
        let hidden = self.hidden.iter().map(|value| value.as_str());
        fixed.chain(pieces).chain(hidden).collect()
    }
}

/// Returns a value and what follows the last space in it: `Bearer …` has its secret there.
fn with_last_word(value: &str) -> impl Iterator<Item = &str> {
    let value = value.trim();
    [Some(value), value.rsplit_once(' ').map(|(_, word)| word)].into_iter().flatten()
}

fn exchange(request: Request<Vec<u8>>) -> Result<Response<Body>, Error> {
    let agent = outgoing::agent();
    match *request.method() {
        Method::GET => agent.run(request.map(drop)),
        _ => agent.run(request),
    }
}

/// Reads the start of an answer, as far as it comes.
fn start(answer: Response<Body>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::new());
    let _ = answer.into_body().into_reader().take(LONGEST).read_to_end(&mut bytes);
    bytes
}

fn failed(error: &Error, private: &Private<'_>) -> SendError {
    let why = match error {
        Error::Timeout(_) => return SendError::Silent,
        Error::Http(error) => return SendError::Unsendable(error.to_string()),
        Error::Protocol(_) => "what answers there does not speak HTTP".into(),
        Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "it ended the connection without an answer".into()
        }
        Error::Io(error) => error.to_string(),
        error => error.to_string(),
    };
    SendError::Unreachable(private.shown(&why))
}
