use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};

use super::AnyStore;
use super::responses::{Always, Gate};
use crate::domain::{ANSWERED_WITHIN, AppName, Asked, Bounded, BoundedError, Handle, Question};
use crate::push::{self, Ask};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::app::App;
use crate::serve::body::Json;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;

/// What the devices show.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Asking {
    /// Why somebody wants to be let in, in 256 bytes at most.
    #[schema(example = "deploy of release 12")]
    purpose: Option<String>,
}

/// A challenge.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct Challenged {
    /// What it is redeemed by, for this caller alone.
    id: String,
    /// The number to show to whoever wants to be let in, who types it on the device.
    number: u8,
    /// The seconds within which a device can answer.
    expires_in: u64,
}

/// The answers where nobody was asked.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, and is never made")]
pub(in crate::serve) enum Unasked {
    /// Not the fields that are expected, or a purpose that is too long: `bad_request`.
    #[response(status = 400, content_type = "application/problem+json")]
    Request(Problem),
    /// The app is `out_of_scope`, whether or not it exists.
    #[response(status = 403, content_type = "application/problem+json")]
    Scope(Problem),
    /// There is no such app: `unknown_app`.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(Problem),
    /// A challenge is open: `pending`; or the app has no device: `no_device`.
    #[response(status = 409, content_type = "application/problem+json")]
    NoDevice(Problem),
    /// The app is disabled after too many failures: `disabled`.
    #[response(status = 423, content_type = "application/problem+json")]
    Disabled(Problem),
    /// Others were asked lately, or one was denied: `throttled`, with `retry_after`.
    #[response(status = 429, content_type = "application/problem+json")]
    Throttled(Problem),
}

/// Ask the devices of an app
///
/// Their owner approves by typing the number. The answer is fetched with `POST /v1/push/{id}/redeem`.
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/push",
    params(("app" = String, Path, description = "Name of the app")),
    responses((status = 201, body = Challenged), Unasked, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn ask(
    State(service): State<Service>,
    caller: Caller,
    App(app): App,
    Json(Asking { purpose }): Json<Asking>,
) -> Result<Answer<Challenged>, Problem> {
    caller.expect_scope(&app)?;
    let purpose = purpose.map(|text| text.parse()).transpose();
    let purpose =
        purpose.map_err(|why: BoundedError| Problem::bad_request(format!("`purpose`: {why}")))?;
    let ask =
        move |store: &AnyStore, service: &Service| asked(store, service, &caller, &app, purpose);
    Ok(Answer(StatusCode::CREATED, service.work(ask).await?))
}

fn asked(
    store: &AnyStore,
    service: &Service,
    caller: &Caller,
    app: &AppName,
    purpose: Option<Bounded<256>>,
) -> Result<Challenged, Problem> {
    let question = Question {
        purpose,
        host: caller.host(),
        caller: Some(caller.in_challenges()?),
        ..Question::drawn(service.world.random)?
    };
    let logged = &caller.in_the_log();
    let asked =
        push::ask(store, Ask { app, question: &question, caller: logged }, service.world.clock)?;
    let status = match asked {
        Asked::Sent => {
            let id = Handle { app: app.clone(), bits: question.id.0 }.to_string();
            let number = question.number.into();
            service.wake(app.clone(), question, (service.world.clock)()?);
            return Ok(Challenged { id, number, expires_in: ANSWERED_WITHIN });
        }
        Asked::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        Asked::Disabled => StatusCode::LOCKED,
        _ => StatusCode::CONFLICT,
    };
    Err(Problem::new(status, asked.reason()).waits(asked.retry_after()))
}
