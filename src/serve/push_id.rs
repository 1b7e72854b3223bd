use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::Service;
use super::problem::Problem;
use crate::domain::{Handle, HandleError};

/// The challenge that a path names.
pub(super) struct PushId(pub(super) Handle);

impl FromRequestParts<Service> for PushId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let unknown = || Problem::new(StatusCode::NOT_FOUND, "unknown_challenge");
        let Path(id) =
            Path::<String>::from_request_parts(parts, service).await.map_err(|_| unknown())?;
        id.parse().map(Self).map_err(|_: HandleError| unknown())
    }
}
