use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use ureq::http::{HeaderValue, Response};
use ureq::{Agent, Body, Error, RequestBuilder};
use zeroize::Zeroizing;

use super::answer::Raw;
use super::{Judged, RemoteError, ServerUrl};
use crate::client::{Token, TokenError};
use crate::domain::{AppName, Asked, escaped};
use crate::outgoing;
use crate::store::StoreError;
use crate::store::trusted_file::{Readers, read_trusted};

/// The number of bytes that an answer may have.
const LONGEST: u64 = 64 * 1024;

/// A service that keeps a gate, and the token that lets this program ask it.
pub struct Server {
    pub(super) url: ServerUrl,
    token: Token,
    agent: fn(Duration) -> Agent,
}

#[derive(Serialize)]
struct Presented<'a> {
    code: &'a str,
}

impl Server {
    /// Returns the service at this address, with the token in a file that nobody else can read.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be trusted or read, or has no token in it.
    pub fn new(url: ServerUrl, token_file: &Path) -> Result<Self, StoreError> {
        let text = read_trusted(token_file, Readers::Owner)?;
        let text = std::str::from_utf8(&text).unwrap_or_default();
        let token: Result<_, TokenError> = text.trim_end_matches(['\r', '\n']).parse();
        let damaged = |why: TokenError| StoreError::Damaged {
            place: token_file.into(),
            why: why.to_string(),
        };
        Ok(Self { url, token: token.map_err(damaged)?, agent: outgoing::agent })
    }

    /// Returns the same service, asked on the caller's thread alone, for a program that is not ours: not
    /// even a name service that hangs leaves a thread in it. Each step of an exchange then has its own time.
    #[must_use]
    pub fn on_this_thread(self) -> Self {
        Self { agent: outgoing::agent_on_this_thread, ..self }
    }

    /// Presents a code of an app, as it was typed, and returns the verdict.
    ///
    /// # Errors
    /// [`RemoteError`] if there is none; the caller must refuse.
    pub fn verify(&self, app: &AppName, code: &str) -> Result<Judged, RemoteError> {
        // A text always serialises.
        let body = Zeroizing::new(serde_json::to_vec(&Presented { code }).unwrap_or_default());
        self.ask(&self.url.route(app, "verify"), &body, |answer| answer.judged(app))
    }

    /// Reports whether the server knows an app, without a code.
    ///
    /// A server that is too old to say so counts as one that does: a code is asked for then.
    ///
    /// # Errors
    /// [`RemoteError`] if there is no answer; whoever may come without an app is not let in by that.
    pub fn knows(&self, app: &AppName) -> Result<bool, RemoteError> {
        self.ask(&self.url.route(app, "verify"), br#"{"code":""}"#, |answer| answer.known(app))
    }

    /// Has a code sent to the owner of an app by SMS.
    ///
    /// # Errors
    /// [`RemoteError`] if there is no answer; the code may be on its way all the same.
    pub fn send_sms(&self, app: &AppName) -> Result<Asked, RemoteError> {
        self.ask(&self.url.route(app, "sms"), b"{}", |answer| answer.asked(app))
    }

    /// Asks, and reads the whole answer.
    pub(super) fn ask<T>(
        &self,
        url: &str,
        body: &[u8],
        read: impl Fn(Raw<'_>) -> Result<T, RemoteError>,
    ) -> Result<T, RemoteError> {
        let agent = (self.agent)(outgoing::PATIENCE);
        let request = agent.post(url).header(CONTENT_TYPE, "application/json");
        answered(self.authorized(request).and_then(|request| request.send(body)), read)
    }

    /// Deletes, and reads the whole answer.
    pub(super) fn delete<T>(
        &self,
        url: &str,
        read: impl Fn(Raw<'_>) -> Result<T, RemoteError>,
    ) -> Result<T, RemoteError> {
        let request = self.authorized((self.agent)(outgoing::PATIENCE).delete(url));
        answered(request.and_then(RequestBuilder::call), read)
    }

    fn authorized<B>(&self, request: RequestBuilder<B>) -> Result<RequestBuilder<B>, Error> {
        let bearer = Zeroizing::new(["Bearer ", self.token.expose().as_str()].concat());
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|e| Error::Http(e.into()))?;
        bearer.set_sensitive(true);
        let request = request.header(AUTHORIZATION, bearer);
        Ok(request.header(ACCEPT, "application/json, application/problem+json"))
    }
}

fn answered<T>(
    answer: Result<Response<Body>, Error>,
    read: impl Fn(Raw<'_>) -> Result<T, RemoteError>,
) -> Result<T, RemoteError> {
    let mut answer = answer.map_err(failed)?;
    let status = answer.status().as_u16();
    let kind = answer.headers().get(CONTENT_TYPE).cloned();
    let kind = kind.as_ref().and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec();
    let body = body.map_err(|error| match error {
        Error::BodyExceedsLimit(_) => RemoteError::NotUnderstood(status),
        error => failed(error),
    })?;
    read(Raw { status, kind, body: &body })
}

fn failed(error: Error) -> RemoteError {
    let why = match error {
        Error::Timeout(_) => return RemoteError::Silent,
        Error::Protocol(_) => "what answers there does not speak HTTP".into(),
        Error::Io(error) => error.to_string(),
        error => error.to_string(),
    };
    RemoteError::Unreachable(escaped(&why))
}
