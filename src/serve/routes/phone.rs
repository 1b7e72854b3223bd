use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AnyStore;
use super::responses::{Always, Gate, Unmanaged};
use crate::domain::{PhoneError, PhoneNumber};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::app::App;
use crate::serve::body::Json;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;
use crate::store::update;

/// The phone that codes are sent to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Number {
    /// `+`, then 7 to 15 digits (E.164); null takes the phone away.
    #[schema(example = "+15550100199")]
    #[serde(deserialize_with = "Option::deserialize")]
    phone: Option<String>,
}

/// The phone, all but its last two digits hidden.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct Masked {
    /// The number, or null.
    phone: Option<String>,
}

/// Set the phone of an app
///
/// Its owner hears of it at the next login. Whether the number is theirs is the caller's to find out.
#[utoipa::path(
    put,
    path = "/v1/apps/{app}/phone",
    params(("app" = String, Path, description = "Name of the app")),
    responses((status = 200, body = Masked), Unmanaged, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn set(
    State(service): State<Service>,
    caller: Caller,
    App(app): App,
    Json(Number { phone }): Json<Number>,
) -> Result<Answer<Masked>, Problem> {
    caller.expect_manager(&app)?;
    let phone = phone.map(|text| text.parse::<PhoneNumber>()).transpose();
    let phone = phone.map_err(|why: PhoneError| Problem::bad_request(format!("`phone`: {why}")))?;
    let set = move |store: &AnyStore, service: &Service| {
        let now = (service.world.clock)()?;
        update(store, &app, |enrolment| ((), enrolment.account.with_phone(phone.clone(), now)))?;
        caller.note(service, &app, "phone", now);
        Ok(Masked { phone: phone.as_ref().map(PhoneNumber::masked) })
    };
    Ok(Answer(StatusCode::OK, service.work(set).await?))
}
