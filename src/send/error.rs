use std::fmt;
use std::time::Duration;

use super::SubscriptionError;
use crate::outgoing::PATIENCE;

/// The reasons why a message did not go out; none has anything of the message or a secret in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// A message from which no request can be made, such as one of a megabyte.
    #[error("the message cannot be sent: {0}")]
    Unsendable(String),
    /// No connection, no right certificate, or something other than HTTP at the other end.
    #[error("cannot reach {0}: {1}")]
    Unreachable(Receiver, String),
    /// No answer in time; the message may have arrived all the same.
    #[error("{0} gave no answer within {seconds} s", seconds = .0.patience().as_secs())]
    Silent(Receiver),
    /// A redirect, which is never followed: messages go where the configuration says, or nowhere.
    #[error("{0} answered {1}, a redirect, which is not followed")]
    Redirected(Receiver, u16),
    /// A status that is not among the good ones.
    #[error("{0} answered {1}")]
    Refused(Receiver, u16),
    /// A subscription that is to be forgotten.
    #[error("the push service no longer knows the device")]
    Gone,
    /// A device that has no right subscription.
    #[error(transparent)]
    Subscription(#[from] SubscriptionError),
}

/// The time for waking a device: whoever asks waits for it, and of the two minutes for an answer each
/// second that a push service takes is lost.
const WAKING: Duration = Duration::from_secs(5);

/// Those who take messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Receiver {
    /// The gateway of texts to phones.
    SmsGateway,
    /// The push service of a browser's maker.
    PushService,
    /// The service that shows notifications.
    Notifier,
}

impl Receiver {
    /// Returns the time that an exchange with it may take.
    pub(super) fn patience(self) -> Duration {
        match self {
            Self::SmsGateway => PATIENCE,
            Self::PushService | Self::Notifier => WAKING,
        }
    }
}

impl fmt::Display for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SmsGateway => "the SMS gateway",
            Self::PushService => "the push service",
            Self::Notifier => "the notification service",
        })
    }
}
