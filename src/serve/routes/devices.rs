use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::AnyStore;
use super::picture::picture;
use super::responses::{Always, Gate, Unmanaged};
use crate::domain::{AppName, DeviceId, Handle, INVITED_FOR};
use crate::push::{invite, remove};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::app::App;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;

/// A link by which one device can be enrolled.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct Link {
    /// The link, to be opened on the device. It is shown this once.
    url: String,
    /// The QR code of it: a PNG in base64.
    qr: String,
    /// The seconds for which it is good.
    expires_in: u64,
}

/// Make a link that enrols a device
///
/// It takes the place of the one before. Whoever opens it is asked for a current code as well.
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/devices",
    params(("app" = String, Path, description = "Name of the app")),
    responses((status = 201, body = Link), Unmanaged, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn add(
    State(service): State<Service>,
    caller: Caller,
    App(app): App,
) -> Result<Answer<Link>, Problem> {
    caller.expect_manager(&app)?;
    let add = move |store: &AnyStore, service: &Service| {
        let link = Handle { app, bits: service.drawn()? };
        let url = service.options.origin.link(&link);
        let qr = picture(&url)?;
        invite(store, &link, &caller.in_the_log(), service.world.clock)?;
        Ok(Link { url, qr, expires_in: INVITED_FOR })
    };
    Ok(Answer(StatusCode::CREATED, service.work(add).await?))
}

/// Remove a device
///
/// It answers no more, and an approval that it gave is void.
#[utoipa::path(
    delete,
    path = "/v1/apps/{app}/devices/{device}",
    params(
        ("app" = String, Path, description = "Name of the app"),
        ("device" = String, Path, description = "Identifier of the device")
    ),
    responses((status = 204, description = "Removed"), Unmanaged, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn revoke(
    State(service): State<Service>,
    caller: Caller,
    Path((app, device)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let app: AppName = app
        .parse()
        .map_err(|why: crate::domain::NameError| Problem::bad_request(why.to_string()))?;
    caller.expect_manager(&app)?;
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "unknown_device");
    let device: DeviceId = device.parse().map_err(|_| unknown())?;
    let revoke = move |store: &AnyStore, service: &Service| {
        let removed = remove(store, &app, device, &caller.in_the_log(), service.world.clock)?;
        if removed { Ok(StatusCode::NO_CONTENT) } else { Err(unknown()) }
    };
    service.work(revoke).await
}
