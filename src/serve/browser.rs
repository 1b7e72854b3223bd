use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Service;
use super::caller::Asking;
use super::problem::Problem;
use super::session::expect_same_origin;
use crate::audit;
use crate::domain::{AppName, escaped};

/// A browser that shows our page, and whoever sits before it.
#[derive(Clone)]
pub(super) struct Browser {
    asking: Asking,
    uid: u32,
}

impl FromRequestParts<Service> for Browser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        expect_same_origin(service, &parts.method, &parts.headers)?;
        let asking = parts.extensions.get::<Asking>().cloned().unwrap_or_default();
        Ok(Self { asking, uid: service.world.uid })
    }
}

impl Browser {
    /// Tells the service's log which app it is about, once the browser has shown that it may know.
    pub(super) fn is_about(&self, app: &AppName) {
        let _ = self.asking.app.set(escaped(app.as_str()));
    }

    /// Returns the caller, as the audit log identifies it.
    pub(super) fn in_the_log(&self) -> audit::Caller {
        audit::Caller {
            uid: self.uid,
            address: self.asking.address.map(|address| address.to_string()),
            ..audit::Caller::default()
        }
    }
}
