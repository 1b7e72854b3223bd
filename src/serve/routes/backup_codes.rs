use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AnyStore;
use super::apps::texts;
use super::responses::{Always, Gate, Unmanaged};
use crate::domain::{Account, BackupCodes, MOST_BACKUP_CODES};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::app::App;
use crate::serve::body::Json;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;
use crate::store::update;

/// How many are made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Count {
    /// The number of codes, 1 to 20.
    #[schema(minimum = 1, maximum = 20)]
    count: u8,
}

/// The codes, shown this once.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct Issued {
    /// The codes; those of before are void.
    backup_codes: Vec<String>,
}

/// Make new backup codes
///
/// Those of before are void from then on.
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/backup-codes",
    params(("app" = String, Path, description = "Name of the app")),
    responses((status = 201, body = Issued), Unmanaged, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn issue(
    State(service): State<Service>,
    caller: Caller,
    App(app): App,
    Json(Count { count }): Json<Count>,
) -> Result<Answer<Issued>, Problem> {
    caller.expect_manager(&app)?;
    if !(1..=MOST_BACKUP_CODES).contains(&count) {
        return Err(Problem::bad_request("`count` is 1 to 20"));
    }
    let issue = move |store: &AnyStore, service: &Service| {
        let now = (service.world.clock)()?;
        let (backup, codes) = BackupCodes::issue(count.into(), service.world.random)?;
        update(store, &app, |enrolment| {
            ((), Account { backup: backup.clone(), ..enrolment.account.clone() })
        })?;
        caller.note(service, &app, "backup-codes", now);
        Ok(Issued { backup_codes: texts(&codes) })
    };
    Ok(Answer(StatusCode::CREATED, service.work_hashing(issue).await?))
}
