use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::AnyStore;
use super::responses::{Always, Gate, Unmanaged};
use crate::domain::{Account, AppName, Device, Label, UnixTime};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::app::App;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;

/// What is known of an app, without its secret.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct Shown {
    /// The name of the app.
    app: String,
    /// The issuer of the codes.
    issuer: String,
    /// The owner of the codes.
    account: Option<String>,
    /// The kind of the codes: `totp`, `hotp` or `steam`.
    kind: &'static str,
    /// The algorithm.
    algorithm: String,
    /// The number of digits.
    digits: u8,
    /// The seconds for which a code is good, if codes go by the clock.
    period: Option<u64>,
    /// When it was enrolled, in RFC 3339.
    created: Option<String>,
    /// When a code was last accepted, in RFC 3339.
    last_used: Option<String>,
    /// The number of backup codes that are left.
    backup_codes_left: usize,
    /// The phone that codes are sent to, all but its last two digits hidden.
    phone: Option<String>,
    /// The devices that approve.
    devices: Vec<ShownDevice>,
    /// The number of failures since the last success.
    failures: u32,
    /// Whether codes are refused until the app is unlocked.
    disabled: bool,
}

/// A device that approves.
#[derive(Serialize, ToSchema)]
struct ShownDevice {
    /// Its identifier.
    id: String,
    /// What it is called.
    name: String,
    /// When it was enrolled, in RFC 3339.
    created: String,
    /// When it last answered, in RFC 3339.
    last_used: Option<String>,
    /// Whether a notification wakes it.
    notified: bool,
}

/// Show an app
#[utoipa::path(
    get,
    path = "/v1/apps/{app}",
    params(("app" = String, Path, description = "Name of the app")),
    responses((status = 200, body = Shown), Unmanaged, Gate, Always),
    security(("token" = []))
)]
pub(in crate::serve) async fn show(
    State(service): State<Service>,
    caller: Caller,
    App(app): App,
) -> Result<Answer<Shown>, Problem> {
    caller.expect_manager(&app)?;
    let read = move |store: &AnyStore, _: &Service| Ok(shown(&app, &store.get(&app)?.account));
    Ok(Answer(StatusCode::OK, service.work(read).await?))
}

fn shown(app: &AppName, account: &Account) -> Shown {
    Shown {
        app: app.to_string(),
        issuer: account.issuer.as_str().into(),
        account: account.name.as_ref().map(Label::as_str).map(Into::into),
        kind: account.otp.kind(),
        algorithm: account.otp.algorithm().to_string(),
        digits: account.otp.digits(),
        period: account.otp.period(),
        created: account.created.map(UnixTime::to_rfc3339),
        last_used: account.last_used.map(UnixTime::to_rfc3339),
        backup_codes_left: account.backup.digests.len(),
        phone: account.sms.as_ref().map(|sms| sms.phone.masked()),
        devices: account.push.devices.iter().map(enrolled).collect(),
        failures: account.failures().0,
        disabled: account.is_disabled(),
    }
}

fn enrolled(device: &Device) -> ShownDevice {
    ShownDevice {
        id: device.id.to_string(),
        name: device.name.as_str().into(),
        created: device.created.to_rfc3339(),
        last_used: device.last_used.map(UnixTime::to_rfc3339),
        notified: device.subscription.is_some(),
    }
}
