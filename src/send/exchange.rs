use std::io::ErrorKind;
use std::time::Duration;

use ureq::http::{Method, Request, StatusCode};
use ureq::{Agent, Body, Error, http::Response};

use super::{Receiver, SendError};
use crate::domain::escaped;

/// Hands a request over, and fails unless the status of the answer is a good one.
pub(super) fn hand_over(
    request: Request<Vec<u8>>,
    to: Receiver,
    agent: fn(Duration) -> Agent,
    is_good: impl Fn(StatusCode) -> bool,
) -> Result<(), SendError> {
    let status =
        exchange(request, &agent(to.patience())).map_err(|error| failed(&error, to))?.status();
    match status {
        _ if is_good(status) => Ok(()),
        _ if status.is_redirection() => Err(SendError::Redirected(to, status.as_u16())),
        // What else it says may repeat a code in a form that nobody thought of.
        _ => Err(SendError::Refused(to, status.as_u16())),
    }
}

fn exchange(request: Request<Vec<u8>>, agent: &Agent) -> Result<Response<Body>, Error> {
    match *request.method() {
        Method::GET => agent.run(request.map(drop)),
        _ => agent.run(request),
    }
}

/// Says what went wrong in words of our own or the system's: others may repeat the address, in which
/// there may be a secret.
fn failed(error: &Error, to: Receiver) -> SendError {
    let why = match error {
        Error::Timeout(_) => return SendError::Silent(to),
        Error::Http(error) => return SendError::Unsendable(error.to_string()),
        Error::HostNotFound => "there is no such host".into(),
        Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "it ended the connection without an answer".into()
        }
        Error::Io(error) => escaped(&error.to_string()),
        Error::Rustls(error) => escaped(&error.to_string()),
        _ => "what answers there does not speak HTTP".into(),
    };
    SendError::Unreachable(to, why)
}
