use std::net::IpAddr;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AnyStore;
use super::apps::texts;
use super::device::Device;
use super::picture::picture;
use super::responses::Always;
use crate::domain::{
    Account, AppName, BackupCodes, Code, Credential, Enrolment, Hashing, RecoveryCode, UnixTime,
    Verdict,
};
use crate::recovery::{Checked, Complete, check, complete, show};
use crate::serve::answer::Answer;
use crate::serve::anybody::Anybody;
use crate::serve::body::Json;
use crate::serve::failures::network;
use crate::serve::problem::Problem;
use crate::serve::{Service, World};
use crate::store::StoreError;

/// What an owner presents who has lost every factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Recovering {
    /// The name of the app.
    app: String,
    /// The recovery code, as it was typed.
    #[schema(example = "7KQ4-M2XH-9WRT-AB3D")]
    code: String,
    /// The first code that the phone shows for the new secret; without it, that is shown.
    first_code: Option<String>,
}

/// A new secret, which is in force once its first code has come back.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct NewSecret {
    /// The URI that a phone scans, which contains the secret.
    uri: String,
    /// The QR code of it: a PNG in base64.
    qr: String,
}

/// The factors that have taken the place of the lost ones.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct Recovered {
    /// The new backup codes, which are shown this once.
    backup_codes: Vec<String>,
}

/// Recover
///
/// First with the code alone, for the new secret; then again with the first code that the phone shows for
/// it, which uses the recovery code up. Everything of before is void then.
#[utoipa::path(
    post,
    path = "/api/recover",
    responses(
        (status = 200, body = NewSecret),
        (status = 201, body = Recovered),
        (status = 403, body = Problem, content_type = "application/problem+json",
         description = "The recovery code is `wrong`, or there is no such app; it is not good at this \
                        time: `expired`; or the first code is wrong: `first_code`"),
        (status = 429, body = Problem, content_type = "application/problem+json",
         description = "Too many failures for this app, or from this address: `throttled`, with `retry_after`"),
        Device,
        Always
    )
)]
pub(in crate::serve) async fn recover(
    State(service): State<Service>,
    anybody: Anybody,
    Json(Recovering { app, code, first_code }): Json<Recovering>,
) -> Result<Response, Problem> {
    let code: RecoveryCode = code.parse().map_err(crate::GateError::from)?;
    let first = first_code.map(|first| first.parse::<Code>()).transpose();
    let first = first.map_err(crate::GateError::from)?;
    let work = move |store: &AnyStore, service: &Service| {
        let now = (service.world.clock)()?;
        let asking = Asking { service, anybody: &anybody, now };
        asking.expect_patience()?;
        let app = app.parse::<AppName>().map_err(|_| asking.refusal(&Verdict::Wrong))?;
        let checked = asking.checked(store, &app, &code, first.is_none())?;
        let secret = code.secret(&checked.old.secret, &checked.issued.nonce);
        let new = Enrolment { secret, account: checked.old.account.renewed(now) };
        let Some(first) = first else { return shown(&new) };
        let account = confirmed(&new, first, now).inspect_err(|_| asking.count())?;
        asking.done(store, (&app, &checked, Enrolment { account, ..new }))
    };
    service.work_hashing(work).await
}

/// A request, and whoever makes it.
struct Asking<'a> {
    service: &'a Service,
    anybody: &'a Anybody,
    now: UnixTime,
}

impl Asking<'_> {
    fn network(&self) -> Option<IpAddr> {
        self.anybody.address().and_then(network)
    }

    fn expect_patience(&self) -> Result<(), Problem> {
        let wait = self.network().and_then(|it| self.service.networks.wait(&it, self.now));
        wait.map_or(Ok(()), |wait| Err(throttled(wait)))
    }

    fn count(&self) {
        if let Some(network) = self.network() {
            self.service.networks.count(network, self.now);
        }
    }

    /// Judges the code; where the secret is shown, it is another one than before.
    fn checked(
        &self,
        store: &AnyStore,
        app: &AppName,
        code: &RecoveryCode,
        is_shown: bool,
    ) -> Result<Checked, Problem> {
        let (caller, clock) = (&self.anybody.in_the_log(), self.service.world.clock);
        let judged = if is_shown {
            show(store, app, code, self.service.drawn()?, caller, clock)
        } else {
            check(store, app, code, caller, clock)
        };
        match judged {
            Err(crate::GateError::Store(StoreError::NoSuchApp(_))) => Err(self.unknown(app, code)),
            judged => {
                let checked = judged?.map_err(|verdict| self.refusal(&verdict))?;
                self.anybody.is_about(app);
                Ok(checked)
            }
        }
    }

    /// Refuses an app that is not there as a wrong code is refused: in the same words, after the same
    /// work, and with the same waits.
    fn unknown(&self, app: &AppName, code: &RecoveryCode) -> Problem {
        if let Some(wait) = self.service.unknown.wait(app, self.now) {
            return throttled(wait);
        }
        self.service.unknown.count(app.clone(), self.now);
        let _ = Hashing::default().digest(code.expose().as_bytes());
        self.refusal(&Verdict::Wrong)
    }

    fn refusal(&self, verdict: &Verdict) -> Problem {
        if let Some(wait) = verdict.retry_after() {
            return throttled(wait);
        }
        self.count();
        Problem::new(StatusCode::FORBIDDEN, verdict.reason())
    }

    fn done(
        &self,
        store: &AnyStore,
        (app, Checked { issued, .. }, new): (&AppName, &Checked, Enrolment),
    ) -> Result<Response, Problem> {
        let World { random, clock, .. } = self.service.world;
        let (backup, codes) = BackupCodes::issue(self.service.options.backup_codes.into(), random)?;
        let new = &Enrolment { account: Account { backup, ..new.account }, ..new };
        let caller = &self.anybody.in_the_log();
        if !complete(store, Complete { app, issued, new, caller }, clock)? {
            // Somebody else was faster.
            return Err(Problem::new(StatusCode::FORBIDDEN, Verdict::Wrong.reason()));
        }
        let recovered = Recovered { backup_codes: texts(&codes) };
        Ok(Answer(StatusCode::CREATED, recovered).into_response())
    }
}

fn throttled(wait: u64) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "throttled").waits(Some(wait))
}

fn shown(new: &Enrolment) -> Result<Response, Problem> {
    let uri = new.provisioning_uri();
    let qr = picture(&uri)?;
    Ok(Answer(StatusCode::OK, NewSecret { uri: uri.to_string(), qr }).into_response())
}

/// Returns the account that has accepted the first code, and refuses it from then on.
fn confirmed(new: &Enrolment, first: Code, now: UnixTime) -> Result<Account, Problem> {
    first.check(&new.account.otp).map_err(crate::GateError::from)?;
    let judged = new.account.verify(&new.secret, &Credential::Code(first), now)?;
    if judged.verdict == Verdict::Accepted {
        return Ok(judged.account);
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "first_code"))
}
