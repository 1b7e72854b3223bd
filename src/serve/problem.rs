use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::GateError;
use crate::domain::{ClockError, HashingError, IssueError, Verdict};
use crate::sms::SmsError;
use crate::store::{Finding, StoreError};

/// What went wrong, in the form of RFC 9457.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Problem {
    /// `about:blank`: the status says what kind of problem it is.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// The reason, as `--json` has it on the command line.
    reason: &'static str,
    /// What is wrong, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    detail: Option<Box<str>>,
    /// The seconds until another attempt is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// The factor of what was presented.
    #[serde(skip_serializing_if = "Option::is_none")]
    factor: Option<&'static str>,
    /// What the store said, for the service's log alone.
    #[serde(skip)]
    cause: Option<Box<str>>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, reason: &'static str) -> Self {
        Self {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            reason,
            detail: None,
            retry_after: None,
            factor: None,
            cause: None,
        }
    }

    pub(super) fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into().into()), ..self }
    }

    pub(super) fn factor(self, factor: &'static str) -> Self {
        Self { factor: Some(factor), ..self }
    }

    /// Returns the problem of a request that cannot be understood.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request").detail(detail)
    }

    /// Returns the problem of a caller who may not do this to this app, whether or not it exists.
    pub(super) fn out_of_scope() -> Self {
        Self::new(StatusCode::FORBIDDEN, "out_of_scope")
    }

    pub(super) fn unknown_app() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_app")
    }

    /// Returns the problem of a request during which the program was wrong.
    pub(super) fn panicked() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
    }

    /// Returns the problem of something that has to wait for so many seconds.
    pub(super) fn waits(self, retry_after: Option<u64>) -> Self {
        Self { retry_after, ..self }
    }

    /// Returns the reason.
    pub(super) fn reason(&self) -> &'static str {
        self.reason
    }

    /// Returns what the store said.
    pub(super) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }
}

/// The media type of a problem.
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let text = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM)], text).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl Problem {
    /// Turns a refusal into a problem, or returns `None` for an acceptance.
    pub(super) fn refusal(verdict: &Verdict) -> Option<Self> {
        let status = match verdict {
            Verdict::Accepted => return None,
            Verdict::Wrong | Verdict::Reused | Verdict::Denied => StatusCode::FORBIDDEN,
            Verdict::Waiting => StatusCode::CONFLICT,
            Verdict::Expired | Verdict::Cancelled => StatusCode::GONE,
            Verdict::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Verdict::Disabled => StatusCode::LOCKED,
        };
        let retry_after = verdict.retry_after();
        Some(Self { retry_after, ..Self::new(status, verdict.reason()) })
    }
}

impl From<GateError> for Problem {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Store(error) => error.into(),
            GateError::Clock(error) => error.into(),
            GateError::Hashing(error) => error.into(),
            error => Self::bad_request(error.to_string()),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let cause = Some(Finding::text(&error).into());
        let problem = match error {
            StoreError::NoSuchApp(_) => Self::unknown_app(),
            StoreError::Exists(_) => Self::new(StatusCode::CONFLICT, "exists"),
            StoreError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy"),
            StoreError::Write { .. } => Self::new(StatusCode::SERVICE_UNAVAILABLE, "record"),
            error if error.is_exhaustion() => Self::new(StatusCode::SERVICE_UNAVAILABLE, "record"),
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "store"),
        };
        Self { cause, ..problem }
    }
}

impl<E: std::error::Error> From<SmsError<E>> for Problem {
    fn from(error: SmsError<E>) -> Self {
        match error {
            SmsError::Gate(error) => error.into(),
            SmsError::Gateway(error) => {
                Self::new(StatusCode::BAD_GATEWAY, "gateway").detail(error.to_string())
            }
        }
    }
}

impl From<ClockError> for Problem {
    fn from(_: ClockError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "clock")
    }
}

impl From<HashingError> for Problem {
    fn from(_: HashingError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "record")
    }
}

impl From<std::io::Error> for Problem {
    /// Returns the problem of a system without randomness.
    fn from(_: std::io::Error) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "clock")
    }
}

impl From<IssueError<std::io::Error>> for Problem {
    fn from(error: IssueError<std::io::Error>) -> Self {
        match error {
            IssueError::Random(error) => error.into(),
            IssueError::Hashing(error) => error.into(),
        }
    }
}
