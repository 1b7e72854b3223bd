use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webauthn_rs::prelude::PublicKeyCredential;

use super::responses::Device;
use crate::domain::{ChallengeId, DeviceId, Handle, Number};
use crate::push::{Answered, Authority, Response, respond as answer};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::body::Json;
use crate::serve::browser::Browser;
use crate::serve::problem::Problem;
use crate::serve::routes::AnyStore;
use crate::serve::routes::responses::Always;
use crate::serve::session::Sessions;
use crate::store::StoreError;

/// What is said on a device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Said {
    /// The challenge, as the pending requests name it.
    challenge: String,
    /// Whether it may be.
    approved: bool,
    /// The identifier of the device.
    #[serde(rename = "deviceId")]
    device_id: String,
    /// The number that whoever asks is shown, as it was typed.
    #[schema(minimum = 10, maximum = 99)]
    number: Option<u8>,
    /// What `navigator.credentials.get` gave, in the JSON form of `WebAuthn`.
    #[schema(value_type = Option<Object>)]
    assertion: Option<PublicKeyCredential>,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct Became {
    /// `approved` or `denied`.
    state: &'static str,
}

/// Approve or deny
///
/// To approve takes the number and the passkey. The session of the device can only deny, and a wrong number
/// denies as well.
#[utoipa::path(
    post,
    path = "/api/auth/mfa/push/respond",
    responses(
        (status = 200, body = Became),
        (status = 403, body = Problem, content_type = "application/problem+json",
         description = "The number is wrong, and the challenge denied with that: `denied`; nothing shows that the \
                        owner approves: `assertion`, or denies: `session`; or another site asks: `origin`"),
        (status = 404, body = Problem, content_type = "application/problem+json",
         description = "There is no such challenge for this device: `unknown_challenge`"),
        (status = 410, body = Problem, content_type = "application/problem+json",
         description = "It has ended: `expired`, `cancelled`, or `answered` elsewhere"),
        Device,
        Always
    ),
    security(("session" = []), ())
)]
pub(in crate::serve) async fn respond(
    State(service): State<Service>,
    browser: Browser,
    sessions: Sessions,
    Json(said): Json<Said>,
) -> Result<Answer<Became>, Problem> {
    let unknown = || problem(&Answered::Unknown);
    let challenge: Handle = said.challenge.parse().map_err(|_| unknown())?;
    let device: DeviceId = said.device_id.parse().map_err(|_| unknown())?;
    // A slip of the fingers denies nothing.
    let number = said.number.map(Number::try_from).transpose();
    number.map_err(|why| Problem::bad_request(format!("`number`: {why}")))?;
    let work = move |store: &AnyStore, service: &Service| {
        let session = sessions.of(store, device).ok();
        let session = session.is_some_and(|session| session.app == challenge.app);
        let verify = |device: &_, challenge: &_| {
            let assertion = said.assertion.as_ref()?;
            service.passkeys.asserted(assertion, device, challenge)
        };
        let response = Response {
            app: &challenge.app,
            challenge: ChallengeId(challenge.bits),
            device,
            approved: said.approved,
            number: said.number,
            authority: Authority { session, passkey: Some(&verify) },
            caller: &browser.in_the_log(),
        };
        let answered = match answer(store, &response, service.world.clock) {
            Err(crate::GateError::Store(StoreError::NoSuchApp(_))) => Answered::Unknown,
            answered => answered?,
        };
        if answered != Answered::Unknown {
            browser.is_about(&challenge.app);
        }
        Ok(answered)
    };
    let answered = service.work(work).await?;
    match answered {
        Answered::Approved | Answered::Denied => {
            Ok(Answer(StatusCode::OK, Became { state: answered.reason() }))
        }
        refused => Err(problem(&refused)),
    }
}

fn problem(answered: &Answered) -> Problem {
    let status = match answered {
        Answered::Unknown => StatusCode::NOT_FOUND,
        Answered::Ended(_) => StatusCode::GONE,
        _ => StatusCode::FORBIDDEN,
    };
    Problem::new(status, answered.reason())
}
