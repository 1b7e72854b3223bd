//! How an attempt ends: the code for libpam, the text for whoever logs in, and the line for the system's log.

use mfa::domain::Verdict;
use pam::constants::PamResultCode;

use crate::arguments::ArgumentError;

/// What somebody who was wrong is told, and whoever is not enrolled: the same words, or they could be told apart.
pub const WRONG: &str = "the code is wrong, expired or already used";

/// The end of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// A credential was accepted.
    Accepted,
    /// Somebody has enrolled at this login.
    Enrolled,
    /// The policy lets in without one.
    Unasked,
    /// Nothing that was typed was right.
    Wrong,
    /// Too many failures; the code was not looked at.
    Throttled { retry_after: u64 },
    /// The owner's devices were asked, and did not approve: why.
    NotApproved(&'static str),
    /// A hundred failures in a row.
    Disabled,
    /// The factors were stolen.
    Suspended,
    /// Nobody of that name has an app; they were asked all the same.
    NotEnrolled,
    /// The module has no say about those who are not enrolled.
    Ignored,
    /// The policy sends to enrolment.
    MustEnrol,
    /// The policy denies.
    Forbidden,
    /// Nothing can be known, recorded or logged: why.
    Unavailable(String),
    /// The line in `/etc/pam.d` cannot be followed.
    Argument(ArgumentError),
    /// Nobody answers.
    Unheard,
    /// The password was split from the code, which is judged later.
    Split,
}

impl End {
    /// Returns the code for libpam.
    pub fn code(&self) -> PamResultCode {
        match self {
            Self::Accepted | Self::Enrolled | Self::Unasked => PamResultCode::PAM_SUCCESS,
            // After PAM_MAXTRIES sshd offers nothing more, and a backup code must stay possible.
            Self::Wrong | Self::Throttled { .. } | Self::NotApproved(_) => {
                PamResultCode::PAM_AUTH_ERR
            }
            Self::Disabled | Self::Suspended => PamResultCode::PAM_MAXTRIES,
            Self::NotEnrolled | Self::MustEnrol => PamResultCode::PAM_USER_UNKNOWN,
            Self::Ignored | Self::Split => PamResultCode::PAM_IGNORE,
            Self::Forbidden => PamResultCode::PAM_PERM_DENIED,
            Self::Unavailable(_) => PamResultCode::PAM_AUTHINFO_UNAVAIL,
            Self::Argument(_) => PamResultCode::PAM_SERVICE_ERR,
            Self::Unheard => PamResultCode::PAM_CONV_ERR,
        }
    }

    /// Returns the text for whoever logs in, where there is one.
    ///
    /// They may be anybody: somebody who is not enrolled reads what somebody who was wrong reads, and
    /// nobody reads paths.
    pub fn text(&self) -> Option<String> {
        let text = match self {
            Self::Accepted
            | Self::Enrolled
            | Self::Unasked
            | Self::Ignored
            | Self::Unheard
            | Self::Split => return None,
            Self::Wrong | Self::NotEnrolled => WRONG,
            Self::Throttled { retry_after } => {
                return Some(format!(
                    "too many failures, the code was not looked at: try again in {retry_after} s, or use a backup code"
                ));
            }
            Self::NotApproved(why) => why,
            Self::Disabled => "disabled after too many failures: an administrator can unlock it",
            Self::Suspended => "the factors were reported stolen, and open nothing",
            Self::MustEnrol => "a second factor has to be enrolled first",
            Self::Forbidden => "the policy does not let you in",
            Self::Unavailable(_) => "the second factor cannot be verified now",
            Self::Argument(_) => "the second factor is not set up correctly",
        };
        Some(text.into())
    }

    /// Reports whether somebody is neither let in nor passed on to the next line.
    pub fn is_refusal(&self) -> bool {
        !matches!(
            self,
            Self::Accepted | Self::Enrolled | Self::Unasked | Self::Ignored | Self::Split
        )
    }

    /// Returns what the system's log says.
    pub fn logged(&self) -> String {
        match self {
            Self::Accepted => "accepted".into(),
            Self::Enrolled => "enrolled, and let in".into(),
            Self::Unasked => "let in by the policy, without a code".into(),
            Self::Wrong => "refused: wrong, reused or no code".into(),
            Self::Throttled { retry_after } => format!("refused: throttled for {retry_after} s"),
            Self::NotApproved(why) => format!("refused: {why}"),
            Self::Disabled => "refused: disabled after too many failures".into(),
            Self::Suspended => "refused: the factors were reported stolen".into(),
            Self::NotEnrolled => "refused: not enrolled".into(),
            Self::Ignored => "not enrolled, no say (nullok): the other lines decide".into(),
            Self::MustEnrol => "refused: the policy demands enrolment".into(),
            Self::Forbidden => "refused: the policy denies".into(),
            Self::Unavailable(why) => format!("refused, cannot verify: {why}"),
            Self::Argument(error) => format!("refused, wrong line in pam.d: {error}"),
            Self::Unheard => "refused: nobody answers".into(),
            Self::Split => "the code was split from the password".into(),
        }
    }
}

/// Returns what a verdict ends with; `None` for one after which somebody may try again.
pub fn of_verdict(verdict: &Verdict, suspended: bool) -> Option<End> {
    if suspended {
        return Some(End::Suspended);
    }
    match *verdict {
        Verdict::Accepted => Some(End::Accepted),
        Verdict::Wrong | Verdict::Reused | Verdict::Waiting => None,
        Verdict::Throttled { retry_after } => Some(End::Throttled { retry_after }),
        Verdict::Disabled => Some(End::Disabled),
        Verdict::Denied => Some(End::NotApproved("denied on a device")),
        Verdict::Expired => Some(End::NotApproved("nobody approved in time")),
        Verdict::Cancelled => Some(End::NotApproved("the challenge was cancelled")),
    }
}

#[cfg(test)]
mod tests {
    use PamResultCode::{
        PAM_AUTH_ERR, PAM_AUTHINFO_UNAVAIL, PAM_CONV_ERR, PAM_IGNORE, PAM_MAXTRIES,
        PAM_PERM_DENIED, PAM_SERVICE_ERR, PAM_SUCCESS, PAM_USER_UNKNOWN,
    };

    use super::*;

    #[test]
    fn each_end_has_its_code_and_its_text() {
        let wrong = Some("the code is wrong, expired or already used");
        for (end, code, text) in [
            (End::Accepted, PAM_SUCCESS, None),
            (End::Enrolled, PAM_SUCCESS, None),
            (End::Unasked, PAM_SUCCESS, None),
            (End::Wrong, PAM_AUTH_ERR, wrong),
            (
                End::Throttled { retry_after: 30 },
                PAM_AUTH_ERR,
                Some(
                    "too many failures, the code was not looked at: try again in 30 s, or use a backup code",
                ),
            ),
            (End::NotApproved("denied on a device"), PAM_AUTH_ERR, Some("denied on a device")),
            (
                End::Disabled,
                PAM_MAXTRIES,
                Some("disabled after too many failures: an administrator can unlock it"),
            ),
            (
                End::Suspended,
                PAM_MAXTRIES,
                Some("the factors were reported stolen, and open nothing"),
            ),
            (End::NotEnrolled, PAM_USER_UNKNOWN, wrong),
            (End::Ignored, PAM_IGNORE, None),
            (End::MustEnrol, PAM_USER_UNKNOWN, Some("a second factor has to be enrolled first")),
            (End::Forbidden, PAM_PERM_DENIED, Some("the policy does not let you in")),
            (
                End::Unavailable("/var/lib/mfa is not a store".into()),
                PAM_AUTHINFO_UNAVAIL,
                Some("the second factor cannot be verified now"),
            ),
            (
                End::Argument(ArgumentError::NotText),
                PAM_SERVICE_ERR,
                Some("the second factor is not set up correctly"),
            ),
            (End::Unheard, PAM_CONV_ERR, None),
            (End::Split, PAM_IGNORE, None),
        ] {
            assert_eq!((end.code(), end.text().as_deref()), (code, text), "{end:?}");
        }
    }

    #[test]
    fn only_what_lets_in_or_passes_on_is_no_refusal() {
        for end in [End::Accepted, End::Enrolled, End::Unasked, End::Ignored, End::Split] {
            assert!(!end.is_refusal(), "{end:?}");
        }
        for end in [End::Wrong, End::NotEnrolled, End::Unheard, End::Unavailable(String::new())] {
            assert!(end.is_refusal(), "{end:?}");
        }
    }

    #[test]
    fn only_an_acceptance_is_one_and_stolen_factors_never_are() {
        for (verdict, expected) in [
            (Verdict::Accepted, Some(End::Accepted)),
            (Verdict::Wrong, None),
            (Verdict::Reused, None),
            (Verdict::Waiting, None),
            (Verdict::Throttled { retry_after: 60 }, Some(End::Throttled { retry_after: 60 })),
            (Verdict::Disabled, Some(End::Disabled)),
            (Verdict::Denied, Some(End::NotApproved("denied on a device"))),
            (Verdict::Expired, Some(End::NotApproved("nobody approved in time"))),
            (Verdict::Cancelled, Some(End::NotApproved("the challenge was cancelled"))),
        ] {
            assert_eq!(of_verdict(&verdict, false), expected, "{verdict:?}");
            assert_eq!(of_verdict(&verdict, true), Some(End::Suspended), "{verdict:?}");
        }
    }
}
