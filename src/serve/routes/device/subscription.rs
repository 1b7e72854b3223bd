use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::responses::Device;
use crate::domain::{Bounded, DeviceId};
use crate::push::subscribe as record;
use crate::serve::Service;
use crate::serve::body::Json;
use crate::serve::browser::Browser;
use crate::serve::problem::Problem;
use crate::serve::routes::AnyStore;
use crate::serve::routes::responses::Always;
use crate::serve::session::{Sessions, no_session};

/// Where a device can be woken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Subscribing {
    /// The identifier of the device.
    #[serde(rename = "deviceId")]
    device_id: String,
    /// What `PushManager.subscribe` gave; null where it can be woken no more.
    #[schema(value_type = Option<Object>)]
    subscription: Option<serde_json::Value>,
}

/// Subscribe a device to notifications
///
/// They only wake it: what is asked, it then looks up itself.
#[utoipa::path(
    put,
    path = "/api/device/subscription",
    responses(
        (status = 204, description = "Recorded"),
        (status = 401, body = Problem, content_type = "application/problem+json",
         description = "The browser is no such device: `session`"),
        (status = 403, body = Problem, content_type = "application/problem+json",
         description = "Another site asks: `origin`"),
        (status = 409, body = Problem, content_type = "application/problem+json",
         description = "The service sends no notifications: `no_push`"),
        Device,
        Always
    ),
    security(("session" = []))
)]
pub(in crate::serve) async fn subscribe(
    State(service): State<Service>,
    browser: Browser,
    sessions: Sessions,
    Json(wanted): Json<Subscribing>,
) -> Result<StatusCode, Problem> {
    let device: DeviceId = wanted.device_id.parse().map_err(|_| no_session())?;
    let subscribe = move |store: &AnyStore, service: &Service| {
        let app = sessions.of(store, device)?.app;
        browser.is_about(&app);
        let kept = wanted.subscription.map(|wanted| kept(service, &wanted)).transpose()?;
        record(store, &app, device, kept.as_ref())?;
        Ok(StatusCode::NO_CONTENT)
    };
    service.work(subscribe).await
}

/// Checks where a browser wants to be woken: an address that anybody writes is one that we would call.
fn kept(service: &Service, subscription: &serde_json::Value) -> Result<Bounded<1024>, Problem> {
    let missing = || Problem::new(StatusCode::CONFLICT, "no_push");
    let push = service.waker.push.as_ref().ok_or_else(missing)?;
    let checked = push.check(&subscription.to_string()).and_then(|checked| checked.to_json());
    checked.map_err(|why| Problem::bad_request(format!("`subscription`: {why}")))
}
