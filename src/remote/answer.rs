use serde::Deserialize;

use super::RemoteError;
use crate::Notices;
use crate::domain::{AppName, Asked, Factor, Verdict, escaped};

/// The verdict of a gate elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Judged {
    /// The verdict itself.
    pub verdict: Verdict,
    /// The factor of what was presented, if the server told one that is known here.
    pub factor: Option<Factor>,
    /// The number of backup codes that are left after an acceptance.
    pub backup_codes_left: Option<usize>,
    /// What the owner should hear after an acceptance.
    pub notices: Notices,
}

impl Judged {
    fn refused(verdict: Verdict, factor: Option<Factor>) -> Self {
        Self { verdict, factor, backup_codes_left: None, notices: Notices::default() }
    }
}

/// An answer as it came.
pub(super) struct Raw<'a> {
    pub(super) status: u16,
    pub(super) kind: &'a str,
    pub(super) body: &'a [u8],
}

/// What an acceptance has to say; what else it says may come from a newer server.
#[derive(Deserialize)]
struct Acceptance {
    accepted: bool,
    reason: String,
    factor: Option<String>,
    backup_codes_left: Option<usize>,
    #[serde(default)]
    notices: Notices,
}

/// A refusal, in the form of RFC 9457.
#[derive(Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub(super) reason: String,
    detail: Option<String>,
    pub(super) retry_after: Option<u64>,
    factor: Option<String>,
}

impl Raw<'_> {
    /// Returns what the answer says of a code of this app.
    pub(super) fn judged(&self, app: &AppName) -> Result<Judged, RemoteError> {
        if self.status == 200 {
            return self.accepted();
        }
        let problem = self.problem();
        let verdict = match (self.status, &*problem.reason, problem.retry_after) {
            (403, "wrong", _) => Verdict::Wrong,
            (403, "reused", _) => Verdict::Reused,
            (423, "disabled", _) => Verdict::Disabled,
            (429, "throttled", Some(retry_after)) => Verdict::Throttled { retry_after },
            _ => return Err(self.error(problem, app)),
        };
        let factor = problem.factor.as_deref().and_then(Factor::named);
        Ok(Judged::refused(verdict, factor))
    }

    /// Returns whether the answer to no code says that there is this app.
    pub(super) fn known(&self, app: &AppName) -> Result<bool, RemoteError> {
        match self.error(self.problem(), app) {
            RemoteError::Code(_) => Ok(true),
            RemoteError::UnknownApp(_) => Ok(false),
            error => Err(error),
        }
    }

    /// Returns what the answer says of a challenge that was to be redeemed.
    pub(super) fn redeemed(&self, app: &AppName) -> Result<Judged, RemoteError> {
        if self.status == 200 {
            return self.accepted();
        }
        let problem = self.problem();
        let verdict = match (self.status, &*problem.reason) {
            (409, "waiting") => Verdict::Waiting,
            (403, "denied") => Verdict::Denied,
            (410, "expired") => Verdict::Expired,
            (410, "cancelled") => Verdict::Cancelled,
            (410, "reused") => Verdict::Reused,
            // The app or its device has been removed meanwhile.
            (404, "unknown_challenge") => Verdict::Wrong,
            (423, "disabled") => Verdict::Disabled,
            _ => return Err(self.error(problem, app)),
        };
        Ok(Judged::refused(verdict, Some(Factor::Push)))
    }

    /// Returns what the answer says of a code that was to be sent for this app.
    pub(super) fn asked(&self, app: &AppName) -> Result<Asked, RemoteError> {
        let problem = self.problem();
        match (self.status, &*problem.reason, problem.retry_after) {
            (202, ..) => Ok(Asked::Sent),
            (409, "no_phone", _) => Ok(Asked::NoPhone),
            (423, "disabled", _) => Ok(Asked::Disabled),
            (429, "throttled", Some(retry_after)) => Ok(Asked::Throttled { retry_after }),
            (409, "no_gateway", _) => Err(RemoteError::NoGateway),
            (502, "gateway", _) => Err(RemoteError::Gateway(problem.told())),
            _ => Err(self.error(problem, app)),
        }
    }

    /// Returns why an answer is none.
    pub(super) fn error(&self, problem: Problem, app: &AppName) -> RemoteError {
        let name = || app.as_str().to_owned();
        match (self.status, &*problem.reason) {
            (400, "bad_request") => RemoteError::Code(problem.told()),
            (401, _) => RemoteError::Token,
            (403, "out_of_scope") => RemoteError::OutOfScope(name()),
            (404, "unknown_app") => RemoteError::UnknownApp(name()),
            (500, _) => RemoteError::Store,
            (503, "clock") => RemoteError::Clock,
            (502 | 503, _) => RemoteError::Unavailable(self.status),
            (300..400, _) => RemoteError::Redirected(self.status),
            _ => RemoteError::NotUnderstood(self.status),
        }
    }

    /// Reads an acceptance, which needs the status, the kind and the word: a proxy may answer 200 to
    /// anything.
    fn accepted(&self) -> Result<Judged, RemoteError> {
        let read = self.is("application/json").then(|| serde_json::from_slice(self.body).ok());
        match read.flatten() {
            Some(Acceptance { accepted: true, reason, factor, backup_codes_left, notices })
                if reason == "accepted" =>
            {
                Ok(Judged {
                    verdict: Verdict::Accepted,
                    factor: factor.as_deref().and_then(Factor::named),
                    backup_codes_left,
                    notices,
                })
            }
            _ => Err(RemoteError::NotUnderstood(self.status)),
        }
    }

    /// Reads a problem, or an empty one where something else came.
    pub(super) fn problem(&self) -> Problem {
        let read = self.is("application/problem+json").then(|| serde_json::from_slice(self.body));
        read.and_then(Result::ok).unwrap_or_default()
    }

    /// Reports whether the body says that it is of this kind, whatever its parameters are.
    pub(super) fn is(&self, kind: &str) -> bool {
        let essence = self.kind.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case(kind)
    }
}

impl Problem {
    fn told(self) -> String {
        self.detail
            .map_or_else(|| "the server takes this for no code".into(), |told| escaped(&told))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "application/json";
    const PROBLEM: &str = "application/problem+json";

    fn judged(status: u16, kind: &str, body: &str) -> Result<Judged, RemoteError> {
        Raw { status, kind, body: body.as_bytes() }.judged(&"deploy".parse().unwrap())
    }

    #[test]
    fn an_acceptance_has_the_status_the_kind_and_the_word() {
        let good = r#"{"accepted":true,"reason":"accepted","retry_after":null,"factor":"backup_code","backup_codes_left":3}"#;
        let (factor, backup_codes_left) = (Some(Factor::BackupCode), Some(3));
        let notices = Notices::default();
        let accepted = Judged { verdict: Verdict::Accepted, factor, backup_codes_left, notices };
        for kind in [JSON, "Application/JSON; charset=utf-8"] {
            assert_eq!(judged(200, kind, good).as_ref(), Ok(&accepted));
        }
        let bare = Judged { factor: None, backup_codes_left: None, ..accepted };
        for body in [
            r#"{"accepted":true,"reason":"accepted"}"#,
            r#"{"accepted":true,"reason":"accepted","factor":"face","newer":1}"#,
        ] {
            assert_eq!(judged(200, JSON, body).as_ref(), Ok(&bare));
        }
        for (status, kind, body) in [
            (200, "text/html", good),
            (200, "", good),
            (200, "application/jsonp", good),
            (200, PROBLEM, good),
            (200, JSON, r#"{"accepted":false,"reason":"wrong"}"#),
            (200, JSON, r#"{"accepted":true}"#),
            (200, JSON, r#"{"accepted":true,"reason":"wrong"}"#),
            (200, JSON, r#"{"accepted":"true"}"#),
            (200, JSON, r#"{"accepted":1}"#),
            (200, JSON, r#"{"reason":"accepted"}"#),
            (200, JSON, r#"[{"accepted":true}]"#),
            (200, JSON, r#"{"accepted":true,"accepted":false}"#),
            (200, JSON, r#"{"accepted":true} x"#),
            (200, JSON, r#"{"accepted":true"#),
            (200, JSON, ""),
            (201, JSON, good),
            (202, JSON, good),
            (204, JSON, good),
            (206, JSON, good),
            (100, JSON, good),
            (404, JSON, good),
        ] {
            let error = RemoteError::NotUnderstood(status);
            assert_eq!(judged(status, kind, body), Err(error), "{status} {kind} {body}");
        }
    }

    #[test]
    fn a_refusal_is_that_of_the_local_gate() {
        for (status, body, verdict) in [
            (403, r#"{"reason":"wrong","factor":"totp"}"#, Verdict::Wrong),
            (403, r#"{"reason":"reused","factor":"totp"}"#, Verdict::Reused),
            (423, r#"{"reason":"disabled","factor":"totp"}"#, Verdict::Disabled),
            (
                429,
                r#"{"reason":"throttled","retry_after":30,"factor":"totp","detail":null}"#,
                Verdict::Throttled { retry_after: 30 },
            ),
        ] {
            let factor = Some(Factor::Totp);
            let refused = Judged::refused(verdict, factor);
            assert_eq!(judged(status, PROBLEM, body), Ok(refused), "{body}");
        }
    }

    #[test]
    fn a_code_is_on_its_way_or_the_reason_is_that_of_the_local_gate() {
        let asked = |status, body: &str| {
            let raw = Raw { status, kind: PROBLEM, body: body.as_bytes() };
            raw.asked(&"deploy".parse().unwrap())
        };
        let waits = r#"{"reason":"throttled","retry_after":60}"#;
        for (status, body, expected) in [
            (202, "", Ok(Asked::Sent)),
            (409, r#"{"reason":"no_phone"}"#, Ok(Asked::NoPhone)),
            (423, r#"{"reason":"disabled"}"#, Ok(Asked::Disabled)),
            (429, waits, Ok(Asked::Throttled { retry_after: 60 })),
            (409, r#"{"reason":"no_gateway"}"#, Err(RemoteError::NoGateway)),
            (502, r#"{"reason":"gateway","detail":"x"}"#, Err(RemoteError::Gateway("x".into()))),
            (502, "<html>", Err(RemoteError::Unavailable(502))),
            (200, r#"{"accepted":true}"#, Err(RemoteError::NotUnderstood(200))),
            (308, "", Err(RemoteError::Redirected(308))),
            (401, "", Err(RemoteError::Token)),
        ] {
            assert_eq!(asked(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn only_the_gate_itself_can_say_that_it_does_not_know_an_app() {
        let known = |status, kind, body: &str| {
            Raw { status, kind, body: body.as_bytes() }.known(&"deploy".parse().unwrap())
        };
        let unknown = r#"{"reason":"unknown_app"}"#;
        for (status, kind, body, expected) in [
            (400, PROBLEM, r#"{"reason":"bad_request","detail":"no code"}"#, Ok(true)),
            (404, PROBLEM, unknown, Ok(false)),
            (404, JSON, unknown, Err(RemoteError::NotUnderstood(404))),
            (404, PROBLEM, r#"{"reason":"no_route"}"#, Err(RemoteError::NotUnderstood(404))),
            (404, "text/html", "<html>", Err(RemoteError::NotUnderstood(404))),
            (200, JSON, unknown, Err(RemoteError::NotUnderstood(200))),
            (500, PROBLEM, r#"{"reason":"store"}"#, Err(RemoteError::Store)),
        ] {
            assert_eq!(known(status, kind, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn whatever_is_no_verdict_is_an_error_with_its_reason() {
        let app = || "deploy".to_owned();
        for (status, body, error, reason) in [
            (
                400,
                r#"{"reason":"bad_request","detail":"codes have \u001b6 digits"}"#,
                RemoteError::Code(r"codes have \u{1b}6 digits".into()),
                None,
            ),
            (401, r#"{"reason":"token"}"#, RemoteError::Token, Some("store")),
            (401, "Unauthorized", RemoteError::Token, Some("store")),
            (403, r#"{"reason":"out_of_scope"}"#, RemoteError::OutOfScope(app()), Some("store")),
            (
                404,
                r#"{"reason":"unknown_app"}"#,
                RemoteError::UnknownApp(app()),
                Some("unknown_app"),
            ),
            (500, r#"{"reason":"store"}"#, RemoteError::Store, Some("store")),
            (503, r#"{"reason":"clock"}"#, RemoteError::Clock, Some("clock")),
            (503, r#"{"reason":"record"}"#, RemoteError::Unavailable(503), Some("record")),
            (503, "down", RemoteError::Unavailable(503), Some("record")),
            (502, "<html>", RemoteError::Unavailable(502), Some("record")),
            (308, "", RemoteError::Redirected(308), Some("record")),
            (302, r#"{"accepted":true}"#, RemoteError::Redirected(302), Some("record")),
            (403, "<html>", RemoteError::NotUnderstood(403), Some("record")),
            (404, "<html>", RemoteError::NotUnderstood(404), Some("record")),
            (429, r#"{"reason":"throttled"}"#, RemoteError::NotUnderstood(429), Some("record")),
            (429, "slow down", RemoteError::NotUnderstood(429), Some("record")),
            (423, r#"{"reason":7}"#, RemoteError::NotUnderstood(423), Some("record")),
            (418, r#"{"reason":"wrong"}"#, RemoteError::NotUnderstood(418), Some("record")),
        ] {
            let answered = judged(status, PROBLEM, body);
            assert_eq!(answered.as_ref(), Err(&error), "{status} {body}");
            assert_eq!(error.reason(), reason, "{status} {body}");
        }
        let of_another_kind = judged(403, JSON, r#"{"reason":"wrong"}"#);
        assert_eq!(of_another_kind, Err(RemoteError::NotUnderstood(403)));
    }
}
