use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;
use utoipa::{IntoParams, ToSchema};

use super::responses::Device;
use crate::domain::{Account, AppName, Bounded, Challenge, Handle, Progress, Push, UnixTime};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::passkeys::request;
use crate::serve::problem::Problem;
use crate::serve::routes::AnyStore;
use crate::serve::routes::responses::Always;
use crate::serve::session::{InSession, Sessions, no_session};
use crate::store::update;

/// The longest wait in seconds: shorter than any proxy's patience.
pub(in crate::serve) const LONGEST_WAIT: u64 = 25;

/// How long to wait for something new.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Wanted {
    /// The seconds to wait for other requests than those that were seen, 0 to 25.
    #[serde(default)]
    #[param(maximum = 25)]
    wait: u64,
    /// The challenges that were seen, with commas between them.
    #[serde(default)]
    seen: String,
}

/// What waits for the devices in a browser.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct Pending {
    /// The devices that the browser is.
    devices: Vec<PendingDevice>,
    /// What they are asked.
    requests: Vec<PendingRequest>,
    /// The key by which notifications can be subscribed to, if the service sends any.
    vapid: Option<String>,
}

/// A device that a browser is.
#[derive(Serialize, ToSchema)]
struct PendingDevice {
    device: String,
    name: String,
    app: String,
    /// Whether notifications are subscribed to.
    subscribed: bool,
}

/// What a device is asked. The number that it takes is shown by whoever asks, and nowhere else.
#[derive(Serialize, ToSchema)]
struct PendingRequest {
    challenge: String,
    device: String,
    app: String,
    purpose: Option<String>,
    /// Where somebody wants to be let in.
    host: Option<String>,
    /// When it was asked, in RFC 3339.
    asked: String,
    /// The seconds that are left to answer.
    expires_in: u64,
    /// The options of `navigator.credentials.get`, in the JSON form of `WebAuthn`.
    #[serde(rename = "publicKey")]
    public_key: Value,
}

/// Show what waits for the devices in this browser
#[utoipa::path(
    get,
    path = "/api/device/pending",
    params(Wanted),
    responses(
        (status = 200, body = Pending),
        (status = 401, body = Problem, content_type = "application/problem+json",
         description = "The browser is no device, or not any more: `session`"),
        (status = 403, body = Problem, content_type = "application/problem+json",
         description = "Another site asks: `origin`"),
        Device,
        Always
    ),
    security(("session" = []))
)]
pub(in crate::serve) async fn pending(
    State(service): State<Service>,
    sessions: Sessions,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Answer<Pending>, Problem> {
    let Query(wanted) = wanted.map_err(|why| Problem::bad_request(why.body_text()))?;
    if wanted.wait > LONGEST_WAIT {
        return Err(Problem::bad_request("`wait` is 0 to 25"));
    }
    let until = Instant::now() + Duration::from_secs(wanted.wait);
    loop {
        let sessions = sessions.clone();
        let look = move |store: &AnyStore, service: &Service| look(store, service, &sessions);
        let (pending, seen) = service.work(look).await?;
        if Instant::now() >= until || !pending.was_seen(&wanted.seen) {
            return Ok(Answer(StatusCode::OK, pending));
        }
        service.watch.wait(&service.store, seen, until).await;
    }
}

/// The last challenges of some apps.
type Seen = Vec<(AppName, Option<Challenge>)>;

fn look(
    store: &AnyStore,
    service: &Service,
    sessions: &Sessions,
) -> Result<(Pending, Seen), Problem> {
    let now = (service.world.clock)()?;
    let live = sessions.live(store)?;
    if live.is_empty() {
        return Err(no_session());
    }
    let (mut requests, mut seen) = (Vec::new(), Seen::new());
    for session in &live {
        let challenge = challenge(store, service, session, now)?;
        let waiting = challenge.as_ref().filter(|asked| is_waiting(asked, now));
        requests.extend(waiting.and_then(|asked| asking(session, asked, now)));
        seen.push((session.app.clone(), challenge));
    }
    let devices = live.iter().map(enrolled).collect();
    Ok((Pending { devices, requests, vapid: service.vapid() }, seen))
}

fn is_waiting(challenge: &Challenge, now: UnixTime) -> bool {
    challenge.at(now).progress == Progress::Waiting
}

/// Returns the last challenge of a device's app; the first device that sees it has what its answer is verified
/// against recorded with it, so that any instance can finish.
fn challenge(
    store: &AnyStore,
    service: &Service,
    session: &InSession,
    now: UnixTime,
) -> Result<Option<Challenge>, Problem> {
    let is_bare = |asked: &Challenge| is_waiting(asked, now) && asked.assertion.is_none();
    if !session.challenge.as_ref().is_some_and(is_bare) {
        return Ok(session.challenge.clone());
    }
    let assertion = service.passkeys.assertion().ok_or_else(Problem::panicked)?;
    Ok(update(store, &session.app, |enrolment| {
        let account = with_assertion(&enrolment.account, &assertion);
        (account.push.challenge.clone(), account)
    })?)
}

fn with_assertion(account: &Account, assertion: &Bounded<1024>) -> Account {
    let challenge = account.push.challenge.clone().map(|challenge| Challenge {
        assertion: challenge.assertion.clone().or_else(|| Some(assertion.clone())),
        ..challenge
    });
    Account { push: Push { challenge, ..account.push.clone() }, ..account.clone() }
}

fn asking(
    InSession { app, device, .. }: &InSession,
    asked: &Challenge,
    now: UnixTime,
) -> Option<PendingRequest> {
    let text = |text: &Bounded<256>| text.as_str().to_owned();
    Some(PendingRequest {
        challenge: Handle { app: app.clone(), bits: asked.question.id.0 }.to_string(),
        device: device.id.to_string(),
        app: app.to_string(),
        purpose: asked.question.purpose.as_ref().map(text),
        host: asked.question.host.as_ref().map(text),
        asked: asked.asked.to_rfc3339(),
        expires_in: asked.expires.0.saturating_sub(now.0),
        public_key: request(device, asked)?,
    })
}

fn enrolled(InSession { app, device, .. }: &InSession) -> PendingDevice {
    PendingDevice {
        device: device.id.to_string(),
        name: device.name.as_str().into(),
        app: app.to_string(),
        subscribed: device.subscription.is_some(),
    }
}

impl Pending {
    /// Reports whether a browser that has seen these challenges has nothing new to see.
    fn was_seen(&self, seen: &str) -> bool {
        let mut seen: Vec<_> = seen.split(',').filter(|id| !id.is_empty()).collect();
        let mut now: Vec<_> = self.requests.iter().map(|request| &*request.challenge).collect();
        seen.sort_unstable();
        now.sort_unstable();
        now.dedup();
        seen == now
    }
}
