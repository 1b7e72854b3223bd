//! What routes may answer besides their own answers.

use utoipa::IntoResponses;

use crate::serve::problem::Problem;

/// The answers to whoever may not ask.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, and is never made")]
pub(in crate::serve) enum Gate {
    /// No token, or a wrong or expired one: `token`.
    #[response(status = 401, content_type = "application/problem+json")]
    Token(Problem),
    /// The host is none of this service's names: `host`.
    #[response(status = 421, content_type = "application/problem+json")]
    Host(Problem),
}

/// The answers to a body that is none, and of a store or a machine that is out of order.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, and is never made")]
pub(in crate::serve) enum Always {
    /// The body took too long: `timeout`.
    #[response(status = 408, content_type = "application/problem+json")]
    Late(Problem),
    /// The body is longer than 64 KiB: `too_large`.
    #[response(status = 413, content_type = "application/problem+json")]
    Large(Problem),
    /// The body is no `application/json`: `media_type`.
    #[response(status = 415, content_type = "application/problem+json")]
    Kind(Problem),
    /// The store is unsafe or damaged: `store`; or the program is wrong: `internal`.
    #[response(status = 500, content_type = "application/problem+json")]
    Store(Problem),
    /// The outcome cannot be recorded: `record`; the app is in use: `busy`; or there is no usable time
    /// or randomness: `clock`.
    #[response(status = 503, content_type = "application/problem+json")]
    Unrecorded(Problem),
}

/// The answers to a code that does not open.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, and is never made")]
pub(in crate::serve) enum Refused {
    /// No code, or one that this app cannot have: `bad_request`.
    #[response(status = 400, content_type = "application/problem+json")]
    NoCode(Problem),
    /// The code is `wrong` or was `reused`; or the app is `out_of_scope`, whether or not it exists.
    #[response(status = 403, content_type = "application/problem+json")]
    Wrong(Problem),
    /// There is no such app: `unknown_app`.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(Problem),
    /// The app is disabled after too many failures, and the code was not looked at: `disabled`.
    #[response(status = 423, content_type = "application/problem+json")]
    Disabled(Problem),
    /// Too many failures, and the code was not looked at: `throttled`, with `retry_after`.
    #[response(status = 429, content_type = "application/problem+json")]
    Throttled(Problem),
}

/// The answers to whoever may not manage, and of an app that is not there.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, and is never made")]
pub(in crate::serve) enum Unmanaged {
    /// Not the fields that are expected, or values that they cannot have: `bad_request`.
    #[response(status = 400, content_type = "application/problem+json")]
    Fields(Problem),
    /// The app is `out_of_scope`, whether or not it exists, or the caller may manage none.
    #[response(status = 403, content_type = "application/problem+json")]
    Scope(Problem),
    /// There is no such app: `unknown_app`.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(Problem),
}

/// The answers of a route that needs no token.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, and is never made")]
pub(in crate::serve) enum Misdirected {
    /// The host is none of this service's names: `host`.
    #[response(status = 421, content_type = "application/problem+json")]
    Host(Problem),
    /// The store is unsafe or damaged: `store`.
    #[response(status = 500, content_type = "application/problem+json")]
    Store(Problem),
    /// Nothing can be recorded: `record`; or there is no usable time: `clock`.
    #[response(status = 503, content_type = "application/problem+json")]
    Unrecorded(Problem),
}
