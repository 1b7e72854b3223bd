use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::responses::Device;
use crate::domain::DeviceId;
use crate::push::remove;
use crate::serve::Service;
use crate::serve::body::Json;
use crate::serve::browser::Browser;
use crate::serve::problem::Problem;
use crate::serve::routes::AnyStore;
use crate::serve::routes::responses::Always;
use crate::serve::session::{Sessions, ended, no_session};

/// Which device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Leaving {
    /// The identifier of the device.
    #[serde(rename = "deviceId")]
    device_id: String,
}

/// Remove the device that this browser is
///
/// It answers no more, and its session ends.
#[utoipa::path(
    delete,
    path = "/api/device",
    responses(
        (status = 204, description = "Removed"),
        (status = 401, body = Problem, content_type = "application/problem+json",
         description = "The browser is no such device: `session`"),
        (status = 403, body = Problem, content_type = "application/problem+json",
         description = "Another site asks: `origin`"),
        Device,
        Always
    ),
    security(("session" = []))
)]
pub(in crate::serve) async fn leave(
    State(service): State<Service>,
    browser: Browser,
    sessions: Sessions,
    Json(Leaving { device_id }): Json<Leaving>,
) -> Result<impl IntoResponse, Problem> {
    let device: DeviceId = device_id.parse().map_err(|_| no_session())?;
    let leave = move |store: &AnyStore, service: &Service| {
        let app = sessions.of(store, device)?.app;
        browser.is_about(&app);
        Ok(remove(store, &app, device, &browser.in_the_log(), service.world.clock)?)
    };
    service.work(leave).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, ended(device))])))
}
