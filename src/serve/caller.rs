use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};

use super::Service;
use super::problem::Problem;
use super::routes::AnyStore;
use crate::audit;
use crate::client::Client;
use crate::domain::{AppName, UnixTime};

/// A program that presented a token.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    client: Client,
    address: Option<IpAddr>,
    uid: u32,
}

/// What the service's log says of who asked; known to the guard once a caller is identified.
#[derive(Clone, Default)]
pub(super) struct Asking {
    pub(super) address: Option<IpAddr>,
    pub(super) client: Arc<OnceLock<String>>,
}

impl FromRequestParts<Service> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let asking = parts.extensions.get::<Asking>().cloned().unwrap_or_default();
        let token = bearer(&parts.headers).ok_or_else(unauthorized)?.to_owned();
        let client = service.work(move |store, service| {
            let now = (service.world.clock)()?;
            crate::identify(store, &token, now)?.ok_or_else(unauthorized)
        });
        let client = client.await?;
        let _ = asking.client.set(client.name.clone());
        Ok(Self { client, address: asking.address, uid: service.world.uid })
    }
}

impl Caller {
    /// Fails unless the caller may have codes of this app verified.
    pub(super) fn expect_scope(&self, app: &AppName) -> Result<(), Problem> {
        if self.client.scope.covers(app) { Ok(()) } else { Err(Problem::out_of_scope()) }
    }

    /// Fails unless the caller may manage this app.
    pub(super) fn expect_manager(&self, app: &AppName) -> Result<(), Problem> {
        self.expect_scope(app)?;
        if self.client.may_manage { Ok(()) } else { Err(Problem::out_of_scope()) }
    }

    /// Logs what the caller has done; as on the command line, what is done stays done.
    pub(super) fn note(&self, store: &AnyStore, app: &AppName, action: &str, now: UnixTime) {
        let event = self.in_the_log().event(Some(now), app.as_str(), action, "done");
        let _ = store.log(&event);
    }

    /// Returns the caller, as the audit log identifies it.
    pub(super) fn in_the_log(&self) -> audit::Caller {
        audit::Caller {
            uid: self.uid,
            client: Some(self.client.name.clone()),
            address: self.address.map(|address| address.to_string()),
            ..audit::Caller::default()
        }
    }
}

/// Returns the token in the only place where one is looked for: a URL would be in every log.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

fn unauthorized() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "token")
}
