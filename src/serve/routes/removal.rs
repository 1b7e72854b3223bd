use axum::extract::State;
use axum::http::StatusCode;

use super::AnyStore;
use super::responses::{Always, Gate, Unmanaged};
use crate::serve::Service;
use crate::serve::app::App;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;

/// Remove an app
///
/// Its codes open nothing any more.
#[utoipa::path(
    delete,
    path = "/v1/apps/{app}",
    params(("app" = String, Path, description = "Name of the app")),
    responses((status = 204, description = "Removed"), Unmanaged, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn remove(
    State(service): State<Service>,
    caller: Caller,
    App(app): App,
) -> Result<StatusCode, Problem> {
    caller.expect_manager(&app)?;
    let remove = move |store: &AnyStore, service: &Service| {
        let now = (service.world.clock)()?;
        store.remove(&app)?;
        caller.note(service, &app, "remove", now);
        Ok(StatusCode::NO_CONTENT)
    };
    service.work(remove).await
}
