use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AnyStore;
use super::apps::texts;
use super::device::Device;
use crate::domain::{
    Account, AppName, BackupCodes, Code, Credential, Enrolment, Hashing, RecoveryCode, UnixTime,
    Verdict,
};
use crate::qr::{Qr, base64};
use crate::recovery::{Checked, Complete, check, complete};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::anybody::Anybody;
use crate::serve::body::Json;
use crate::serve::problem::Problem;
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
        Device
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
        expect_patience(service, &anybody, now)?;
        let Ok(app) = app.parse::<AppName>() else {
            return Err(unknown(service, &anybody, &code, now));
        };
        let checked = match check(store, &app, &code, &anybody.in_the_log(), service.world.clock) {
            Err(crate::GateError::Store(StoreError::NoSuchApp(_))) => {
                return Err(unknown(service, &anybody, &code, now));
            }
            checked => checked?,
        };
        let checked = checked.map_err(|verdict| refused(service, &anybody, &verdict, now))?;
        anybody.is_about(&app);
        let secret = code.secret(&checked.old.secret, &checked.issued.nonce);
        let new = Enrolment { secret, account: checked.old.account.renewed(now) };
        match first {
            None => shown(&new),
            Some(first) => {
                let account = confirmed(&new, first, now)?;
                let new = Enrolment { account, ..new };
                done(store, service, &anybody, (&app, &checked, new))
            }
        }
    };
    service.work_hashing(work).await
}

fn expect_patience(service: &Service, anybody: &Anybody, now: UnixTime) -> Result<(), Problem> {
    match service.addresses.wait(anybody.address(), now) {
        None => Ok(()),
        wait => Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "throttled").waits(wait)),
    }
}

/// Refuses an app that is not there as a wrong code is refused, and after the same work.
fn unknown(service: &Service, anybody: &Anybody, code: &RecoveryCode, now: UnixTime) -> Problem {
    let _ = Hashing::default().digest(code.expose().as_bytes());
    refused(service, anybody, &Verdict::Wrong, now)
}

fn refused(service: &Service, anybody: &Anybody, verdict: &Verdict, now: UnixTime) -> Problem {
    let wait = verdict.retry_after();
    if wait.is_some() {
        return Problem::new(StatusCode::TOO_MANY_REQUESTS, verdict.reason()).waits(wait);
    }
    service.addresses.failed(anybody.address(), now);
    Problem::new(StatusCode::FORBIDDEN, verdict.reason())
}

fn shown(new: &Enrolment) -> Result<Response, Problem> {
    let uri = new.provisioning_uri();
    let qr = Qr::new(&uri).and_then(|qr| qr.png()).map(|png| base64(&png));
    let qr = qr.map_err(|why| Problem::bad_request(why.to_string()))?;
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

fn done(
    store: &AnyStore,
    service: &Service,
    anybody: &Anybody,
    (app, Checked { issued, .. }, new): (&AppName, &Checked, Enrolment),
) -> Result<Response, Problem> {
    let count = service.options.backup_codes;
    let (backup, codes) = BackupCodes::issue(count.into(), service.world.random)?;
    let new = Enrolment { account: Account { backup, ..new.account }, ..new };
    let completed = Complete { app, issued, new: &new, caller: &anybody.in_the_log() };
    if !complete(store, completed, service.world.clock)? {
        // Somebody else was faster.
        return Err(Problem::new(StatusCode::FORBIDDEN, Verdict::Wrong.reason()));
    }
    let recovered = Recovered { backup_codes: texts(&codes) };
    Ok(Answer(StatusCode::CREATED, recovered).into_response())
}
