use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Service;
use super::anybody::Anybody;
use super::problem::Problem;
use super::session::expect_same_origin;

/// A browser that shows our page, and whoever sits before it.
#[derive(Clone)]
pub(super) struct Browser(Anybody);

impl FromRequestParts<Service> for Browser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        expect_same_origin(service, &parts.method, &parts.headers)?;
        let Ok(anybody) = Anybody::from_request_parts(parts, service).await;
        Ok(Self(anybody))
    }
}

impl Deref for Browser {
    type Target = Anybody;

    fn deref(&self) -> &Anybody {
        &self.0
    }
}
