use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use super::Service;
use super::problem::Problem;
use crate::domain::AppName;

/// The app that a path names.
pub(super) struct App(pub(super) AppName);

impl FromRequestParts<Service> for App {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let Path(name) = Path::<String>::from_request_parts(parts, service)
            .await
            .map_err(|why| Problem::bad_request(why.body_text()))?;
        name.parse()
            .map(Self)
            .map_err(|why: crate::domain::NameError| Problem::bad_request(why.to_string()))
    }
}
