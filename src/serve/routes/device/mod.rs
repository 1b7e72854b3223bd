//! What a device's browser asks, as the page does: with a link, or with the session of the device.

mod begin;
mod enrol;
mod leaving;
mod pending;
mod respond;
mod responses;
mod subscription;

pub(in crate::serve) use pending::LONGEST_WAIT;
pub(in crate::serve) use responses::Device;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::serve::Service;

pub(super) fn described() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(begin::begin))
        .routes(routes!(enrol::enrol))
        .routes(routes!(pending::pending))
        .routes(routes!(subscription::subscribe))
        .routes(routes!(leaving::leave))
        .routes(routes!(respond::respond))
}
