use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webauthn_rs::prelude::RegisterPublicKeyCredential;

use super::begin::{expired, too_many};
use super::responses::Device;
use crate::domain::{Bounded, DeviceId, Handle, HandleError};
use crate::push::{Added, Enrol, enrol as end_enrolment};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::body::Json;
use crate::serve::browser::Browser;
use crate::serve::problem::Problem;
use crate::serve::routes::AnyStore;
use crate::serve::routes::responses::Always;
use crate::serve::session::cookie;
use crate::store::StoreError;

/// A new passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct NewPasskey {
    /// What the link ends with.
    token: String,
    /// What `navigator.credentials.create` gave, in the JSON form of `WebAuthn`.
    #[schema(value_type = Object)]
    credential: RegisterPublicKeyCredential,
}

/// A device that is enrolled.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct EnrolledDevice {
    /// The identifier of the device.
    device: String,
    /// What it is called.
    name: String,
    /// The name of the app.
    app: String,
}

/// End the enrolment of a device
///
/// The answer sets the cookie of its session. The owner of the app hears of it at the next login.
#[utoipa::path(
    post,
    path = "/api/device/enrol",
    operation_id = "enrol_device",
    responses(
        (status = 201, body = EnrolledDevice),
        (status = 403, body = Problem, content_type = "application/problem+json",
         description = "The passkey is not verified: `credential`; or another site asks: `origin`"),
        (status = 409, body = Problem, content_type = "application/problem+json",
         description = "There are as many devices as there can be: `too_many`"),
        (status = 410, body = Problem, content_type = "application/problem+json",
         description = "The link is unknown, used or too old, or nothing was begun with it: `expired`"),
        Device,
        Always
    )
)]
pub(in crate::serve) async fn enrol(
    State(service): State<Service>,
    browser: Browser,
    Json(NewPasskey { token, credential }): Json<NewPasskey>,
) -> Result<impl IntoResponse, Problem> {
    let link: Handle = token.parse().map_err(|_: HandleError| expired())?;
    let work = move |store: &AnyStore, service: &Service| {
        let (device, bits) = (DeviceId(service.drawn()?), service.drawn()?);
        let session = Handle { app: link.app.clone(), bits };
        let new = Enrol {
            link: &link,
            device,
            session: &session,
            verify: &|begun| service.passkeys.registered(&credential, begun),
            caller: &browser.in_the_log(),
        };
        let added = match end_enrolment(store, &new, service.world.clock) {
            Err(crate::GateError::Store(StoreError::NoSuchApp(_))) => return Err(expired()),
            added => added?,
        };
        let name = named(added)?;
        browser.is_about(&link.app);
        let enrolled =
            EnrolledDevice { device: device.to_string(), name, app: link.app.as_str().to_owned() };
        Ok((cookie(device, &session), enrolled))
    };
    let (cookie, enrolled) = service.work(work).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Answer(StatusCode::CREATED, enrolled)))
}

fn named(added: Added) -> Result<String, Problem> {
    match added {
        Added::Done(name) => Ok(Bounded::as_str(&name).into()),
        Added::Expired => Err(expired()),
        Added::NotVerified => Err(Problem::new(StatusCode::FORBIDDEN, "credential")),
        Added::TooMany => Err(too_many()),
    }
}
