use crate::domain::quoted;
use crate::outgoing::PATIENCE;

/// The reasons why a server gave no verdict; none of them is an acceptance, and none has the code or
/// the token in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// A text that is no code of this app; it does not count as a failure.
    #[error("{0}")]
    Code(String),
    /// No app of that name on the server.
    #[error("the server has no app named {}", quoted(.0))]
    UnknownApp(String),
    /// A token that is none, was removed or has expired.
    #[error("the server does not accept the token")]
    Token,
    /// A token whose client may not ask about this app.
    #[error("the token may not ask about the app {}", quoted(.0))]
    OutOfScope(String),
    /// A store on the server that is unsafe or damaged.
    #[error("the server cannot trust or read its store")]
    Store,
    /// A server without a gateway that takes texts to phones.
    #[error("the server has no SMS gateway")]
    NoGateway,
    /// A gateway of the server's that failed.
    #[error("{0}")]
    Gateway(String),
    /// A server whose clock or randomness is unusable.
    #[error("the server has no usable clock or randomness")]
    Clock,
    /// A server that is busy, down, or cannot record the outcome.
    #[error("the server cannot judge the code now: it answered {0}")]
    Unavailable(u16),
    /// A redirect, which is never followed: codes go where the caller says, or nowhere.
    #[error("the server answered {0}, a redirect, which is not followed")]
    Redirected(u16),
    /// An answer that no gate gives, such as that of a proxy.
    #[error("the server gave an answer with the status {0} that is not a gate's")]
    NotUnderstood(u16),
    /// No connection, no right certificate, or something other than HTTP at the other end.
    #[error("cannot reach the server: {0}")]
    Unreachable(String),
    /// No whole answer in time; the code may have been used up all the same.
    #[error("the server gave no answer within {} s", PATIENCE.as_secs())]
    Silent,
}

impl RemoteError {
    /// Returns the reason as JSON writes it, or `None` if there was no attempt.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Code(_) | Self::NoGateway => None,
            Self::Gateway(_) => Some("gateway"),
            Self::UnknownApp(_) => Some("unknown_app"),
            Self::Token | Self::OutOfScope(_) | Self::Store => Some("store"),
            Self::Clock => Some("clock"),
            Self::Unavailable(_)
            | Self::Redirected(_)
            | Self::NotUnderstood(_)
            | Self::Unreachable(_)
            | Self::Silent => Some("record"),
        }
    }
}
