use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::AnyStore;
use super::responses::{Always, Gate, Unmanaged};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::app::App;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;
use crate::store::update;

/// What was cleared.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct Unlocked {
    /// The number of failures.
    failures: u32,
    /// Whether the app was disabled.
    was_disabled: bool,
}

/// Clear the failures of an app, and enable it again
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/unlock",
    params(("app" = String, Path, description = "Name of the app")),
    responses((status = 200, body = Unlocked), Unmanaged, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn unlock(
    State(service): State<Service>,
    caller: Caller,
    App(app): App,
) -> Result<Answer<Unlocked>, Problem> {
    caller.expect_manager(&app)?;
    let unlock = move |store: &AnyStore, service: &Service| {
        let now = (service.world.clock)()?;
        let before = update(store, &app, |enrolment| {
            let account = &enrolment.account;
            (account.clone(), account.clone().unlocked())
        })?;
        caller.note(service, &app, "unlock", now);
        let (failures, _) = before.failures();
        Ok(Unlocked { failures, was_disabled: before.are_backup_codes_disabled() })
    };
    Ok(Answer(StatusCode::OK, service.work(unlock).await?))
}
