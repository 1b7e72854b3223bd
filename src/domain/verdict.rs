/// The answer to an attempt; every refusal but [`Throttled`](Verdict::Throttled) and
/// [`Disabled`](Verdict::Disabled) must look alike to whoever typed the code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The code is right and was never accepted before, or the challenge is approved.
    Accepted,
    /// The code is right for no time step of the window, or there is no such challenge.
    Wrong,
    /// The code is right for a time step that is not newer than the last accepted one, or somebody
    /// was let in by the challenge already.
    Reused,
    /// Too many failures in a row; the code was not looked at.
    Throttled {
        /// Seconds until the next attempt is looked at.
        retry_after: u64,
    },
    /// [`DISABLE_AFTER`](super::DISABLE_AFTER) failures in a row; the code was not looked at.
    Disabled,
    /// No device has answered the challenge yet.
    Waiting,
    /// A device has denied the challenge.
    Denied,
    /// The challenge was not answered in time, or the answer not fetched.
    Expired,
    /// The challenge was cancelled.
    Cancelled,
}

impl Verdict {
    /// Returns the reason as JSON and the audit log write it.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Wrong => "wrong",
            Self::Reused => "reused",
            Self::Throttled { .. } => "throttled",
            Self::Disabled => "disabled",
            Self::Waiting => "waiting",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    /// Returns the seconds until the next attempt is looked at, while throttled.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        if let Self::Throttled { retry_after } = self { Some(*retry_after) } else { None }
    }
}
