use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::responses::{Always, Gate, Refused};
use crate::domain::{AppName, Credential, Verdict};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::app::App;
use crate::serve::body::Json;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;
use crate::{Attempt, Authentication, Notices, authenticate};

/// What is presented.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Presented {
    /// A code or a backup code, as it was typed.
    #[schema(example = "123456")]
    code: String,
}

/// An acceptance.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "as the answer has it")]
pub(in crate::serve) struct Accepted {
    /// Always true: a gate requires status 200 and this.
    accepted: bool,
    /// Always `accepted`.
    reason: &'static str,
    /// Always null.
    retry_after: Option<u64>,
    /// The factor of what was presented: `totp`, `hotp`, `backup_code`, `sms`, `push`.
    factor: &'static str,
    /// The number of backup codes that are left.
    backup_codes_left: usize,
    /// What the owner should hear, if there is anything: show it to them.
    #[serde(skip_serializing_if = "Notices::is_empty")]
    notices: Notices,
}

/// Verify a code
///
/// A code is accepted once, however many present it at the same time.
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/verify",
    params(("app" = String, Path, description = "Name of the app")),
    responses((status = 200, body = Accepted), Refused, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn verify(
    State(service): State<Service>,
    caller: Caller,
    App(app): App,
    Json(presented): Json<Presented>,
) -> Result<Answer<Accepted>, Problem> {
    caller.expect_scope(&app)?;
    let credential: Credential = match presented.code.parse() {
        Ok(credential) => credential,
        Err(error) => {
            expect_app(&service, app).await?;
            return Err(crate::GateError::from(error).into());
        }
    };
    let hashes = matches!(credential, Credential::BackupCode(_));
    let judge = move |store: &super::AnyStore, service: &Service| {
        let caller = &caller.in_the_log();
        let action = "authenticate";
        let attempt =
            Attempt { app: &app, credential: &credential, action, caller, remember: None };
        Ok(authenticate(store, attempt, service.world.clock)?)
    };
    let judged = if hashes { service.work_hashing(judge).await } else { service.work(judge).await };
    accepted(&judged?)
}

/// Fails for an app that is not there, so that a gate can learn without a code whether to ask for one.
///
/// In a store that is not mounted nobody would be there, and whoever may come without an app is let in:
/// what a policy remembers is read first, since that fails without a store.
async fn expect_app(service: &Service, app: AppName) -> Result<(), Problem> {
    let look = move |store: &super::AnyStore, _: &Service| {
        store.policy_memory(&app)?;
        store.account(&app)?;
        Ok(())
    };
    service.work(look).await
}

/// Returns the answer to an attempt.
pub(super) fn accepted(judged: &Authentication) -> Result<Answer<Accepted>, Problem> {
    let factor = judged.factor.name();
    match Problem::refusal(&judged.verdict) {
        Some(problem) => Err(problem.factor(factor)),
        None => Ok(Answer(
            StatusCode::OK,
            Accepted {
                accepted: judged.verdict == Verdict::Accepted,
                reason: judged.verdict.reason(),
                retry_after: None,
                factor,
                backup_codes_left: judged.backup_codes_left,
                notices: judged.notices(),
            },
        )),
    }
}
