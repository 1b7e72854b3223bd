use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::AnyStore;
use super::responses::Misdirected;
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::problem::Problem;

/// A service that can verify codes.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct Healthy {
    /// Always `ok`.
    status: &'static str,
}

/// Report whether codes can be verified
///
/// No token is needed. It looks at the clock, at the store, and at whether the log can be written.
#[utoipa::path(
    get,
    path = "/healthz",
    responses((status = 200, body = Healthy), Misdirected)
)]
pub(in crate::serve) async fn health(
    State(service): State<Service>,
) -> Result<Answer<Healthy>, Problem> {
    let look = |store: &AnyStore, service: &Service| {
        (service.world.clock)()?;
        store.clients()?;
        store.expect_ready()?;
        Ok(Healthy { status: "ok" })
    };
    Ok(Answer(StatusCode::OK, service.work(look).await?))
}

/// This description
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    responses(
        (status = 200, body = serde_json::Value, content_type = "application/json"),
        Misdirected
    )
)]
pub(in crate::serve) async fn description() -> Response {
    let kind = HeaderValue::from_static("application/json");
    let text = super::openapi().to_json().unwrap_or_default();
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
