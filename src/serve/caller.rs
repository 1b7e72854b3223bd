use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};

use super::Service;
use super::problem::Problem;
use crate::audit;
use crate::client::Client;
use crate::domain::{AppName, Bounded, UnixTime, escaped};

/// A program that presented a token.
#[derive(Clone)]
pub(super) struct Caller {
    client: Client,
    asking: Asking,
    uid: u32,
}

/// What the service's log says of who asked, and of which app: only what a known caller may ask about, since
/// anybody could write a secret in the place of a name.
#[derive(Clone, Default)]
pub(super) struct Asking {
    pub(super) address: Option<IpAddr>,
    pub(super) client: Arc<OnceLock<String>>,
    pub(super) app: Arc<OnceLock<String>>,
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
        Ok(Self { client, asking, uid: service.world.uid })
    }
}

impl Caller {
    /// Fails unless the caller may have codes of this app verified.
    pub(super) fn expect_scope(&self, app: &AppName) -> Result<(), Problem> {
        if !self.client.scope.covers(app) {
            return Err(Problem::out_of_scope());
        }
        let _ = self.asking.app.set(escaped(app.as_str()));
        Ok(())
    }

    /// Fails unless the caller may manage this app.
    pub(super) fn expect_manager(&self, app: &AppName) -> Result<(), Problem> {
        self.expect_scope(app)?;
        if self.client.may_manage { Ok(()) } else { Err(Problem::out_of_scope()) }
    }

    /// Logs what the caller has done; as on the command line, what is done stays done, and where the
    /// audit log cannot say so, the service's own does.
    pub(super) fn note(&self, service: &Service, app: &AppName, action: &str, now: UnixTime) {
        let event = self.in_the_log().event(Some(now), app.as_str(), action, "done");
        if service.store.log(&event).is_err() {
            service.journal.add(event.to_line());
        }
    }

    /// Returns the caller, as its challenges name it.
    ///
    /// It is an id that no other client ever has: one of the same name must not redeem what this one asked.
    pub(super) fn in_challenges(&self) -> Result<Bounded<128>, Problem> {
        self.client.id.to_string().parse().map_err(|_| Problem::panicked())
    }

    /// Returns the place where somebody wants to be let in, as a device shows it.
    pub(super) fn host(&self) -> Option<Bounded<256>> {
        let address = self.asking.address.map(|address| format!(" ({address})"));
        format!("{}{}", self.client.name, address.unwrap_or_default()).parse().ok()
    }

    /// Returns the caller, as the audit log identifies it.
    pub(super) fn in_the_log(&self) -> audit::Caller {
        audit::Caller {
            uid: self.uid,
            client: Some(self.client.name.clone()),
            address: self.asking.address.map(|address| address.to_string()),
            ..audit::Caller::default()
        }
    }
}

/// Returns the token in the only place where one is looked for: a URL would be in every log.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let value = value.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

fn unauthorized() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "token")
}
