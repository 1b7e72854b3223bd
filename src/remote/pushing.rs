use serde::{Deserialize, Serialize};

use super::answer::{Judged, Raw};
use super::{RemoteError, Server};
use crate::domain::{ANSWERED_WITHIN, AppName, Asked, Handle};

/// A challenge that a server has asked the devices.
#[derive(Clone, Debug)]
pub struct Challenged {
    /// What it is redeemed by.
    id: Handle,
    /// The number to show to whoever wants to be let in.
    pub number: u8,
    /// The seconds within which a device can answer.
    pub expires_in: u64,
}

#[derive(Serialize)]
struct Wanted<'a> {
    purpose: Option<&'a str>,
}

#[derive(Serialize)]
struct Patience {
    wait: u64,
}

#[derive(Deserialize)]
struct Created {
    id: String,
    number: u8,
    expires_in: u64,
}

impl Server {
    /// Has the devices of an app asked, and returns the challenge, or why none was asked.
    ///
    /// # Errors
    /// [`RemoteError`] if there is no answer; they may be asked all the same.
    pub fn push(
        &self,
        app: &AppName,
        purpose: Option<&str>,
    ) -> Result<Result<Challenged, Asked>, RemoteError> {
        let body = serde_json::to_vec(&Wanted { purpose }).unwrap_or_default();
        self.ask(&self.url.route(app, "push"), &body, |answer| answer.challenged(app))
    }

    /// Waits for an answer, so many seconds, and is let in by it; the verdict is
    /// [`Waiting`](crate::domain::Verdict::Waiting) where there is none yet.
    ///
    /// # Errors
    /// [`RemoteError`] if there is no verdict; the caller must refuse.
    pub fn redeem(
        &self,
        app: &AppName,
        challenge: &Challenged,
        wait: u64,
    ) -> Result<Judged, RemoteError> {
        let body = serde_json::to_vec(&Patience { wait }).unwrap_or_default();
        let url = self.url.challenge(&challenge.id, "/redeem");
        self.ask(&url, &body, |answer| answer.redeemed(app))
    }

    /// Ends a challenge that nobody waits for any more.
    ///
    /// # Errors
    /// [`RemoteError`] if the server does not say so; it expires by itself.
    pub fn cancel(&self, app: &AppName, challenge: &Challenged) -> Result<(), RemoteError> {
        let url = self.url.challenge(&challenge.id, "");
        self.delete(&url, |answer| answer.ended(app))
    }
}

impl Raw<'_> {
    /// Returns what the answer says of a challenge that was to be asked.
    fn challenged(&self, app: &AppName) -> Result<Result<Challenged, Asked>, RemoteError> {
        let problem = self.problem();
        match (self.status, &*problem.reason, problem.retry_after) {
            (201, ..) => self.created().map(Ok),
            (409, "no_device", _) => Ok(Err(Asked::NoDevice)),
            (409, "pending", _) => Ok(Err(Asked::Pending)),
            (423, "disabled", _) => Ok(Err(Asked::Disabled)),
            (429, "throttled", Some(retry_after)) => Ok(Err(Asked::Throttled { retry_after })),
            _ => Err(self.error(problem, app)),
        }
    }

    fn created(&self) -> Result<Challenged, RemoteError> {
        let not_understood = || RemoteError::NotUnderstood(self.status);
        let read = self.is("application/json").then(|| serde_json::from_slice(self.body).ok());
        let Created { id, number, expires_in } = read.flatten().ok_or_else(not_understood)?;
        // How long somebody waits is not for the server alone to say.
        let expires_in = expires_in.min(ANSWERED_WITHIN);
        Ok(Challenged { id: id.parse().map_err(|_| not_understood())?, number, expires_in })
    }

    fn ended(&self, app: &AppName) -> Result<(), RemoteError> {
        if self.status == 204 { Ok(()) } else { Err(self.error(self.problem(), app)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Verdict;

    const PROBLEM: &str = "application/problem+json";

    fn raw<'a>(status: u16, kind: &'a str, body: &'a str) -> Raw<'a> {
        Raw { status, kind, body: body.as_bytes() }
    }

    fn app() -> AppName {
        "deploy".parse().unwrap()
    }

    #[test]
    fn a_challenge_is_asked_or_the_reason_is_that_of_the_local_gate() {
        let id = Handle { app: app(), bits: [1; 16] }.to_string();
        let body = format!(r#"{{"id":"{id}","number":42,"expires_in":9999,"newer":1}}"#);
        let asked = raw(201, "application/json", &body).challenged(&app()).unwrap().unwrap();
        assert_eq!((asked.id.to_string(), asked.number, asked.expires_in), (id, 42, 120));
        for (status, kind, body, expected) in [
            (409, PROBLEM, r#"{"reason":"no_device"}"#, Ok(Asked::NoDevice)),
            (409, PROBLEM, r#"{"reason":"pending"}"#, Ok(Asked::Pending)),
            (423, PROBLEM, r#"{"reason":"disabled"}"#, Ok(Asked::Disabled)),
            (
                429,
                PROBLEM,
                r#"{"reason":"throttled","retry_after":3600}"#,
                Ok(Asked::Throttled { retry_after: 3600 }),
            ),
            (201, "text/html", &body, Err(RemoteError::NotUnderstood(201))),
            (201, "application/json", r#"{"id":"x"}"#, Err(RemoteError::NotUnderstood(201))),
            (200, "application/json", &body, Err(RemoteError::NotUnderstood(200))),
            (404, PROBLEM, r#"{"reason":"no_route"}"#, Err(RemoteError::NotUnderstood(404))),
        ] {
            let told = raw(status, kind, body).challenged(&app());
            assert_eq!(told.map(Result::unwrap_err), expected, "{status} {body}");
        }
    }

    #[test]
    fn an_answer_to_a_challenge_is_a_verdict() {
        for (status, body, verdict) in [
            (409, r#"{"reason":"waiting"}"#, Verdict::Waiting),
            (403, r#"{"reason":"denied"}"#, Verdict::Denied),
            (410, r#"{"reason":"expired"}"#, Verdict::Expired),
            (410, r#"{"reason":"cancelled"}"#, Verdict::Cancelled),
            (410, r#"{"reason":"reused"}"#, Verdict::Reused),
            (404, r#"{"reason":"unknown_challenge"}"#, Verdict::Wrong),
            (423, r#"{"reason":"disabled"}"#, Verdict::Disabled),
        ] {
            let judged = raw(status, PROBLEM, body).redeemed(&app()).unwrap();
            assert_eq!(judged.verdict, verdict, "{status} {body}");
        }
        for (status, body) in [(404, "{}"), (409, "{}"), (201, "{}"), (204, "")] {
            let told = raw(status, PROBLEM, body).redeemed(&app());
            assert_eq!(told, Err(RemoteError::NotUnderstood(status)), "{status} {body}");
        }
    }
}
