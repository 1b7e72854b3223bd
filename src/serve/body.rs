use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::problem::Problem;

/// The longest body in bytes.
pub(super) const LONGEST: usize = 64 * 1024;

/// The time in which a body has to be there: 64 KiB over a slow line, 56 kbit/s.
const READING: Duration = Duration::from_secs(10);

/// The body of a request: one JSON object, without keys that nobody knows.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        expect_json(request.headers())?;
        expect_short(request.headers())?;
        let read = timeout(READING, Bytes::from_request(request, state)).await;
        let bytes = read.map_err(|_| late())?.map_err(|why| unread(&why))?;
        // A code is in it.
        let bytes = Zeroizing::new(Vec::from(bytes));
        // A list of the fields' values would be taken for them.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(Problem::bad_request("no JSON object"));
        }
        let parsed = serde_json::from_slice(&bytes);
        parsed.map(Self).map_err(|why| Problem::bad_request(told(&why)))
    }
}

fn expect_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type");
    Err(problem.detail("the body is application/json"))
}

fn late() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout").detail("the body took too long")
}

/// Refuses a body that is announced to be too long, before it comes.
fn expect_short(headers: &HeaderMap) -> Result<(), Problem> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let length = length.and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > LONGEST) { Err(too_large()) } else { Ok(()) }
}

fn unread(why: &BytesRejection) -> Problem {
    if why.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::bad_request("the body ended too early")
}

fn too_large() -> Problem {
    let problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    problem.detail("the body is longer than 64 KiB")
}

/// Returns the kind of a mistake and its place: the parser's words may repeat a code.
fn told(error: &serde_json::Error) -> String {
    let what = if error.is_data() { "not the fields that are expected" } else { "no JSON" };
    format!("{what}, at line {} column {}", error.line(), error.column())
}
