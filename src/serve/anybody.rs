use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Service;
use super::caller::Asking;
use crate::audit;
use crate::domain::{AppName, escaped};

/// Whoever asks without a token.
#[derive(Clone)]
pub(super) struct Anybody {
    asking: Asking,
    uid: u32,
}

impl FromRequestParts<Service> for Anybody {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Infallible> {
        let asking = parts.extensions.get::<Asking>().cloned().unwrap_or_default();
        Ok(Self { asking, uid: service.world.uid })
    }
}

impl Anybody {
    /// Tells the service's log which app it is about, once whoever asks has shown that they may know.
    pub(super) fn is_about(&self, app: &AppName) {
        let _ = self.asking.app.set(escaped(app.as_str()));
    }

    /// Returns the address, if it is known.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.asking.address
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
