use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::responses::Device;
use crate::domain::{
    Begun, Bounded, BoundedError, Credential, Handle, HandleError, MOST_DEVICES, Verdict,
};
use crate::push::{Begin, Beginning, begin as begin_enrolment};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::body::Json;
use crate::serve::browser::Browser;
use crate::serve::problem::Problem;
use crate::serve::routes::AnyStore;
use crate::serve::routes::responses::Always;
use crate::store::StoreError;

/// The most characters of a device's name: it is shown in a line.
const LONGEST_NAME: usize = 64;

/// Who enrols a device, and as what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct NewDevice {
    /// What the link ends with.
    token: String,
    /// A current code of the app, or a backup code.
    #[schema(example = "123456")]
    code: String,
    /// What the device is called, in 64 characters at most.
    #[schema(example = "Alice's phone")]
    name: String,
}

/// What a passkey is made by.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct CreationOptions {
    /// The name of the app.
    app: String,
    /// The options of `navigator.credentials.create`, in the JSON form of `WebAuthn`.
    #[serde(rename = "publicKey")]
    public_key: Value,
}

/// Begin to enrol a device
///
/// The link alone is not enough: a current code is asked for, and used up.
#[utoipa::path(
    post,
    path = "/api/device/begin",
    responses(
        (status = 200, body = CreationOptions),
        (status = 403, body = Problem, content_type = "application/problem+json",
         description = "The code is wrong or used: `wrong`, `reused`; or another site asks: `origin`"),
        (status = 409, body = Problem, content_type = "application/problem+json",
         description = "There are as many devices as there can be: `too_many`"),
        (status = 410, body = Problem, content_type = "application/problem+json",
         description = "The link is unknown, used or too old: `expired`"),
        (status = 423, body = Problem, content_type = "application/problem+json",
         description = "The app is disabled after too many failures: `disabled`"),
        (status = 429, body = Problem, content_type = "application/problem+json",
         description = "Too many failures: `throttled`, with `retry_after`"),
        Device,
        Always
    )
)]
pub(in crate::serve) async fn begin(
    State(service): State<Service>,
    browser: Browser,
    Json(NewDevice { token, code, name }): Json<NewDevice>,
) -> Result<Answer<CreationOptions>, Problem> {
    let link: Handle = token.parse().map_err(|_: HandleError| expired())?;
    let name = named(&name)?;
    let credential: Credential = code.parse().map_err(crate::GateError::from)?;
    let hashes = matches!(credential, Credential::BackupCode(_));
    let work = move |store: &AnyStore, service: &Service| {
        begun(store, service, &browser, &link, &credential, name)
    };
    let begun = if hashes { service.work_hashing(work).await } else { service.work(work).await };
    Ok(Answer(StatusCode::OK, begun?))
}

fn begun(
    store: &AnyStore,
    service: &Service,
    browser: &Browser,
    link: &Handle,
    credential: &Credential,
    name: Bounded<128>,
) -> Result<CreationOptions, Problem> {
    let now = (service.world.clock)()?;
    let account = match store.get(&link.app) {
        Err(StoreError::NoSuchApp(_)) => return Err(expired()),
        found => found?.account,
    };
    // Nothing of the app is told to who has no link.
    account.push.invited(&link.digest(), now).ok_or_else(expired)?;
    browser.is_about(&link.app);
    if account.push.devices.len() >= MOST_DEVICES {
        return Err(too_many());
    }
    let user = service.drawn()?;
    let options = service.passkeys.register(&link.app, &account, user);
    let (public_key, registration) = options.ok_or_else(Problem::panicked)?;
    let begun = Begun { name, registration };
    let caller = &browser.in_the_log();
    let enrolment = Begin { link, credential, begun: &begun, caller };
    let Beginning::Judged(judged) = begin_enrolment(store, enrolment, service.world.clock)? else {
        return Err(expired());
    };
    match (&judged.verdict, Problem::refusal(&judged.verdict)) {
        (Verdict::Accepted, _) => Ok(CreationOptions { app: link.app.to_string(), public_key }),
        (_, Some(problem)) => Err(problem),
        (_, None) => Err(Problem::panicked()),
    }
}

fn named(name: &str) -> Result<Bounded<128>, Problem> {
    let name = name.trim();
    if name.chars().count() > LONGEST_NAME {
        return Err(Problem::bad_request("`name`: it is longer than 64 characters"));
    }
    name.parse().map_err(|why: BoundedError| Problem::bad_request(format!("`name`: {why}")))
}

/// Returns the problem of a link that is not good, whatever the reason.
pub(super) fn expired() -> Problem {
    Problem::new(StatusCode::GONE, "expired")
}

/// Returns the problem of an app that has as many devices as it can.
pub(super) fn too_many() -> Problem {
    Problem::new(StatusCode::CONFLICT, "too_many")
}
