//! The routes, each of them a file: what it takes, what it may answer, and its function.

mod apps;
mod backup_codes;
mod device;
mod devices;
mod health;
mod page;
mod phone;
mod picture;
mod push;
mod recovery;
mod redeem;
mod removal;
mod responses;
mod shown;
mod sms;
mod unlock;
mod verify;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::guard::{guard, of_origin};
use super::problem::Problem;
use super::{Service, body};
use crate::store::Store;

/// Any store that threads share.
pub(super) type AnyStore = dyn Store + Send + Sync;

/// What describes the service as a whole.
#[derive(OpenApi)]
#[openapi(info(
    title = "mfa",
    description = "Enrols second factors, verifies them once, and recovers from losing them",
    license(name = "MIT OR Apache-2.0")
))]
struct Description;

fn described() -> OpenApiRouter<Service> {
    OpenApiRouter::with_openapi(Description::openapi()).merge(gates()).merge(device::described())
}

/// What programs ask.
fn gates() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(verify::verify))
        .routes(routes!(apps::enrol))
        .routes(routes!(shown::show, removal::remove))
        .routes(routes!(sms::send))
        .routes(routes!(phone::set))
        .routes(routes!(backup_codes::issue))
        .routes(routes!(unlock::unlock))
        .routes(routes!(push::ask))
        .routes(routes!(redeem::redeem))
        .routes(routes!(redeem::withdraw))
        .routes(routes!(devices::add))
        .routes(routes!(devices::revoke))
        .routes(routes!(recovery::recover))
        .routes(routes!(health::health))
        .routes(routes!(health::description))
}

/// Returns the description of the service in `OpenAPI`, which comes from the routes themselves.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut api = described().into_openapi();
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let session = ApiKeyValue::with_description("__Host-mfa-<device>", "The session of a device");
    let session = SecurityScheme::ApiKey(ApiKey::Cookie(session));
    let components = api.components.get_or_insert_default();
    components.add_security_scheme("token", token);
    components.add_security_scheme("session", session);
    api
}

/// Returns the whole service as a router.
pub fn router(service: Service) -> Router {
    let (gates, _) = gates().split_for_parts();
    let (devices, _) = device::described().split_for_parts();
    let page = page::files().merge(devices);
    gates
        .merge(page.route_layer(from_fn_with_state(service.clone(), of_origin)))
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "no_route") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method")
        })
        .layer(DefaultBodyLimit::max(body::LONGEST))
        .layer(CatchPanicLayer::custom(|_: Box<_>| Problem::panicked().into_response()))
        .layer(from_fn_with_state(service.clone(), guard))
        .with_state(service)
}
