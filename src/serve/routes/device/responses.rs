use utoipa::IntoResponses;

use crate::serve::problem::Problem;

/// The answers of every route that needs no token, besides its own and those of all.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, and is never made")]
pub(in crate::serve) enum Device {
    /// Not the fields that are expected: `bad_request`.
    #[response(status = 400, content_type = "application/problem+json")]
    Request(Problem),
    /// The host is not that of the service's origin: `host`.
    #[response(status = 421, content_type = "application/problem+json")]
    Host(Problem),
}
