use utoipa::IntoResponses;

use crate::serve::problem::Problem;

/// The answers of every route that needs no token, besides its own.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, and is never made")]
pub(in crate::serve) enum Device {
    /// Not the fields that are expected: `bad_request`.
    #[response(status = 400, content_type = "application/problem+json")]
    Request(Problem),
    /// The body took too long: `timeout`.
    #[response(status = 408, content_type = "application/problem+json")]
    Late(Problem),
    /// The body is longer than 64 KiB: `too_large`.
    #[response(status = 413, content_type = "application/problem+json")]
    Large(Problem),
    /// The body is no `application/json`: `media_type`.
    #[response(status = 415, content_type = "application/problem+json")]
    Kind(Problem),
    /// The host is not that of the service's origin: `host`.
    #[response(status = 421, content_type = "application/problem+json")]
    Host(Problem),
    /// The store is unsafe or damaged: `store`; or the program is wrong: `internal`.
    #[response(status = 500, content_type = "application/problem+json")]
    Store(Problem),
    /// The outcome cannot be recorded: `record`; the app is in use: `busy`; or there is no usable time
    /// or randomness: `clock`.
    #[response(status = 503, content_type = "application/problem+json")]
    Unrecorded(Problem),
}
