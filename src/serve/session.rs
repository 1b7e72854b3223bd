use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::Service;
use super::problem::Problem;
use super::routes::AnyStore;
use crate::domain::{AppName, Challenge, Device, DeviceId, Handle};
use crate::store::StoreError;

/// The beginning of the name of a device's cookie; `__Host-` ties it to this host, and to TLS (RFC 6265bis
/// §4.1.3.2).
const PREFIX: &str = "__Host-mfa-";

/// The seconds for which a browser keeps a session: 400 days, the most that it may (RFC 6265bis §5.5).
const KEPT: u32 = 400 * 24 * 60 * 60;

/// The most sessions that are looked at: each costs a look at the store.
const MOST: usize = 16;

/// The sessions that a browser presents, for the devices that it is.
#[derive(Clone)]
pub(super) struct Sessions(Vec<(DeviceId, Handle)>);

/// A session that belongs to a device.
pub(super) struct InSession {
    pub(super) app: AppName,
    pub(super) device: Device,
    /// The last challenge of the app.
    pub(super) challenge: Option<Challenge>,
}

impl FromRequestParts<Service> for Sessions {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        expect_same_origin(service, &parts.method, &parts.headers)?;
        let values = parts.headers.get_all(header::COOKIE).iter();
        let pairs = values.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
        Ok(Self(pairs.filter_map(|pair| session(pair.trim())).take(MOST).collect()))
    }
}

/// Fails for a request that a page of another site makes.
///
/// A browser leaves the origin out where it reads from its own.
pub(super) fn expect_same_origin(
    service: &Service,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let is_ours = match (origins.next(), origins.next()) {
        (Some(origin), None) => origin.as_bytes() == service.options.origin.to_string().as_bytes(),
        (None, _) => {
            *method == Method::GET && matches!(site, None | Some(b"same-origin" | b"none"))
        }
        (Some(_), Some(_)) => false,
    };
    if is_ours { Ok(()) } else { Err(Problem::new(StatusCode::FORBIDDEN, "origin")) }
}

fn session(pair: &str) -> Option<(DeviceId, Handle)> {
    let (name, value) = pair.split_once('=')?;
    Some((name.strip_prefix(PREFIX)?.parse().ok()?, value.parse().ok()?))
}

impl Sessions {
    /// Returns the sessions that belong to a device, and the devices.
    pub(super) fn live(&self, store: &AnyStore) -> Result<Vec<InSession>, Problem> {
        let (mut live, mut failed) = (Vec::new(), None);
        for (id, handle) in &self.0 {
            let account = match store.get(&handle.app) {
                Ok(enrolment) => enrolment.account,
                Err(StoreError::NoSuchApp(_)) => continue,
                // One app that is damaged takes none of the others away.
                Err(error) => {
                    failed = Some(error);
                    continue;
                }
            };
            let challenge = &account.push.challenge;
            let device = account.push.in_session(&handle.digest()).filter(|it| it.id == *id);
            live.extend(device.map(|device| InSession {
                app: handle.app.clone(),
                device: device.clone(),
                challenge: challenge.clone(),
            }));
        }
        match failed {
            Some(error) if live.is_empty() => Err(error.into()),
            _ => Ok(live),
        }
    }

    /// Returns the session of this device.
    pub(super) fn of(&self, store: &AnyStore, device: DeviceId) -> Result<InSession, Problem> {
        let theirs = self.0.iter().filter(|(id, _)| *id == device).cloned().collect();
        Self(theirs).live(store)?.into_iter().next().ok_or_else(no_session)
    }
}

/// Returns the problem of a browser that is no device, or not any more.
pub(super) fn no_session() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "session")
}

/// Returns the cookie of a new session.
pub(super) fn cookie(device: DeviceId, session: &Handle) -> String {
    format!("{PREFIX}{device}={session}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={KEPT}")
}

/// Returns what ends the session of a device in its browser.
pub(super) fn ended(device: DeviceId) -> String {
    format!("{PREFIX}{device}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_reads_back_and_others_are_no_session() {
        let handle = Handle { app: "deploy".parse().unwrap(), bits: [1; 16] };
        let id = DeviceId([2; 16]);
        let text = cookie(id, &handle);
        let (pair, attributes) = text.split_once("; ").unwrap();
        assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=34560000");
        assert_eq!(session(pair), Some((id, handle)));
        for other in ["", "a=b", "__Host-mfa-02=x", &pair.replace("__Host-", ""), &ended(id)] {
            assert_eq!(session(other), None, "{other}");
        }
    }
}
