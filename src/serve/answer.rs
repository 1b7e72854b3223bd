use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// An answer in JSON, which nobody may keep: it may hold what is shown once.
pub(super) struct Answer<T>(pub(super) StatusCode, pub(super) T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let Self(status, value) = self;
        let kind = HeaderValue::from_static("application/json");
        let text = serde_json::to_string(&value).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, kind)], text).into_response()
    }
}
