use axum::extract::State;
use axum::http::StatusCode;
use utoipa::IntoResponses;

use super::AnyStore;
use super::responses::{Always, Gate};
use crate::domain::Asked;
use crate::serve::Service;
use crate::serve::app::App;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;
use crate::sms::{self, Message};

/// The answers where no code is on its way.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, and is never made")]
pub(in crate::serve) enum Unsent {
    /// A name that no app can have: `bad_request`.
    #[response(status = 400, content_type = "application/problem+json")]
    Name(Problem),
    /// The app is `out_of_scope`, whether or not it exists.
    #[response(status = 403, content_type = "application/problem+json")]
    Scope(Problem),
    /// There is no such app: `unknown_app`.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(Problem),
    /// The app has no phone: `no_phone`; or the service has no gateway: `no_gateway`.
    #[response(status = 409, content_type = "application/problem+json")]
    NoPhone(Problem),
    /// The app is disabled after too many failures: `disabled`.
    #[response(status = 423, content_type = "application/problem+json")]
    Disabled(Problem),
    /// Others were sent lately: `throttled`, with `retry_after`.
    #[response(status = 429, content_type = "application/problem+json")]
    Throttled(Problem),
    /// The gateway failed: `gateway`.
    #[response(status = 502, content_type = "application/problem+json")]
    Gateway(Problem),
}

/// Send a code by SMS
///
/// It is verified as any other, for 300 seconds.
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/sms",
    params(("app" = String, Path, description = "Name of the app")),
    responses((status = 202, description = "On its way"), Unsent, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn send(
    State(service): State<Service>,
    caller: Caller,
    App(app): App,
) -> Result<StatusCode, Problem> {
    caller.expect_scope(&app)?;
    let send = move |store: &AnyStore, service: &Service| {
        store.account(&app)?;
        let missing = || Problem::new(StatusCode::CONFLICT, "no_gateway");
        let config = service.sms.as_ref().ok_or_else(missing)?;
        let mut nonce = [0; 16];
        (service.world.random)(&mut nonce)?;
        let caller = &caller.in_the_log();
        let per_hour = Some(config.per_hour);
        let message = Message { app: &app, nonce, text: &config.text, per_hour, caller };
        answer(sms::send(store, message, &config.gateway, service.world.clock)?)
    };
    service.work(send).await
}

fn answer(asked: Asked) -> Result<StatusCode, Problem> {
    let status = match asked {
        Asked::Sent => return Ok(StatusCode::ACCEPTED),
        Asked::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        Asked::NoPhone => StatusCode::CONFLICT,
        _ => StatusCode::LOCKED,
    };
    Err(Problem::new(status, asked.reason()).waits(asked.retry_after()))
}
