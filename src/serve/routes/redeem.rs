use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use tokio::time::Instant;
use utoipa::{IntoResponses, ToSchema};

use super::AnyStore;
use super::device::LONGEST_WAIT;
use super::responses::{Always, Gate};
use super::verify::{Accepted, accepted};
use crate::domain::{Approval, Challenge, Credential, Handle, Progress, Verdict};
use crate::push::cancel;
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::body::Json;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;
use crate::serve::push_id::PushId;
use crate::store::StoreError;
use crate::{Attempt, authenticate};

/// How long to wait for an answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Patience {
    /// The seconds to wait, 0 to 25.
    #[serde(default)]
    #[schema(maximum = 25)]
    wait: u64,
}

/// The answers of a challenge that lets nobody in.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, and is never made")]
pub(in crate::serve) enum Unredeemed {
    /// Not the fields that are expected: `bad_request`.
    #[response(status = 400, content_type = "application/problem+json")]
    Request(Problem),
    /// The owner has `denied`; or the app is `out_of_scope`, whether or not it exists.
    #[response(status = 403, content_type = "application/problem+json")]
    Denied(Problem),
    /// There is no such challenge, or another caller has asked it: `unknown_challenge`.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(Problem),
    /// No device has answered yet: `waiting`.
    #[response(status = 409, content_type = "application/problem+json")]
    Waiting(Problem),
    /// Nobody answered in time, or fetched the answer: `expired`; it was `cancelled`; or somebody was let in
    /// by it already: `reused`.
    #[response(status = 410, content_type = "application/problem+json")]
    Over(Problem),
    /// The app is disabled after too many failures: `disabled`.
    #[response(status = 423, content_type = "application/problem+json")]
    Disabled(Problem),
}

/// Redeem a challenge
///
/// It is accepted once, and by the caller alone who asked it.
#[utoipa::path(
    post,
    path = "/v1/push/{id}/redeem",
    params(("id" = String, Path, description = "The challenge")),
    responses((status = 200, body = Accepted), Unredeemed, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn redeem(
    State(service): State<Service>,
    caller: Caller,
    PushId(id): PushId,
    Json(Patience { wait }): Json<Patience>,
) -> Result<Answer<Accepted>, Problem> {
    caller.expect_scope(&id.app)?;
    if wait > LONGEST_WAIT {
        return Err(Problem::bad_request("`wait` is 0 to 25"));
    }
    let approval =
        Approval { id: crate::domain::ChallengeId(id.bits), caller: Some(caller.in_challenges()?) };
    let until = Instant::now() + Duration::from_secs(wait);
    loop {
        let Some(seen) = waiting(&service, &id, &approval).await? else {
            return judged(&service, caller, id, approval).await;
        };
        if Instant::now() >= until {
            return Err(Problem::new(StatusCode::CONFLICT, Verdict::Waiting.reason()));
        }
        service.watch.wait(&service.store, vec![(id.app.clone(), Some(seen))], until).await;
    }
}

/// Returns the challenge where a device can still answer, without holding anybody up.
async fn waiting(
    service: &Service,
    id: &Handle,
    approval: &Approval,
) -> Result<Option<Challenge>, Problem> {
    let (app, approval) = (id.app.clone(), approval.clone());
    let look = move |store: &AnyStore, service: &Service| {
        let now = (service.world.clock)()?;
        let account = match store.get(&app) {
            Err(StoreError::NoSuchApp(_)) => return Err(unknown()),
            found => found?.account,
        };
        let asked = account.push.asked_by(&approval).ok_or_else(unknown)?;
        Ok((asked.at(now).progress == Progress::Waiting).then(|| asked.clone()))
    };
    service.work(look).await
}

async fn judged(
    service: &Service,
    caller: Caller,
    Handle { app, .. }: Handle,
    approval: Approval,
) -> Result<Answer<Accepted>, Problem> {
    let judge = move |store: &AnyStore, service: &Service| {
        let (credential, caller) = (&Credential::Approval(approval), &caller.in_the_log());
        let (app, action) = (&app, "authenticate");
        let attempt = Attempt { app, credential, action, caller, remember: None };
        Ok(authenticate(store, attempt, service.world.clock)?)
    };
    let judged = service.work(judge).await?;
    match &judged.verdict {
        // Another one was asked meanwhile.
        Verdict::Wrong => Err(unknown()),
        // As the challenge of an app says it, unlike a code that was used.
        Verdict::Reused => Err(Problem::new(StatusCode::GONE, judged.verdict.reason())),
        _ => accepted(&judged),
    }
}

/// Cancel a challenge
///
/// Nobody is let in by it any more. It is not an error where it has ended.
#[utoipa::path(
    delete,
    path = "/v1/push/{id}",
    params(("id" = String, Path, description = "The challenge")),
    responses(
        (status = 204, description = "Cancelled, or ended before"),
        (status = 403, body = Problem, content_type = "application/problem+json",
         description = "The app is `out_of_scope`, whether or not it exists"),
        (status = 404, body = Problem, content_type = "application/problem+json",
         description = "There is no such challenge: `unknown_challenge`"),
        Gate,
        Always
    ),
    security(("token" = []))
)]
pub(in crate::serve) async fn withdraw(
    State(service): State<Service>,
    caller: Caller,
    PushId(id): PushId,
) -> Result<StatusCode, Problem> {
    caller.expect_scope(&id.app)?;
    let approval =
        Approval { id: crate::domain::ChallengeId(id.bits), caller: Some(caller.in_challenges()?) };
    let withdraw = move |store: &AnyStore, service: &Service| {
        let caller = &caller.in_the_log();
        match cancel(store, &id.app, &approval, caller, service.world.clock) {
            Err(crate::GateError::Store(StoreError::NoSuchApp(_))) | Ok(false) => Err(unknown()),
            cancelled => Ok(cancelled.map(|_| StatusCode::NO_CONTENT)?),
        }
    };
    service.work(withdraw).await
}

fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown_challenge")
}
