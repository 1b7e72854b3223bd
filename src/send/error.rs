/// The reasons why a gateway did not take a text; none has the number, the text or a secret in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// A message from which no request can be made, such as one of a megabyte.
    #[error("the message cannot be sent: {0}")]
    Unsendable(String),
    /// No connection, no right certificate, or something other than HTTP at the other end.
    #[error("cannot reach the SMS gateway: {0}")]
    Unreachable(String),
    /// No answer in time; the text may have been sent all the same.
    #[error("the SMS gateway gave no answer within {} s", crate::outgoing::PATIENCE.as_secs())]
    Silent,
    /// A redirect, which is never followed: codes go where the configuration says, or nowhere.
    #[error("the SMS gateway answered {0}, a redirect, which is not followed")]
    Redirected(u16),
    /// A status that is not among the good ones.
    #[error("the SMS gateway answered {0}")]
    Refused(u16),
}
