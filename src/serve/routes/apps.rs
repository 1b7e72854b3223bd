use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AnyStore;
use super::picture::picture;
use super::responses::{Always, Gate};
use crate::domain::{
    Account, Algorithm, AppName, BackupCode, BackupCodes, Digits, Enrolment, Label,
    MOST_BACKUP_CODES, Period, PhoneNumber, Secret, Totp,
};
use crate::serve::Service;
use crate::serve::answer::Answer;
use crate::serve::body::Json;
use crate::serve::caller::Caller;
use crate::serve::problem::Problem;
use crate::store::Existing;

/// Who is enrolled, and with which kind of codes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct NewApp {
    /// The issuer of the codes.
    #[schema(example = "Example Corp")]
    issuer: String,
    /// The owner of the codes.
    #[schema(example = "alice@example.com")]
    account: String,
    /// The name of the app, if it is not the issuer.
    app: Option<String>,
    /// `SHA1` (unless another is named), `SHA256` or `SHA512`.
    algorithm: Option<String>,
    /// 6 (unless another number is named), 7 or 8.
    digits: Option<u64>,
    /// The seconds for which a code is good, 30 unless another number is named.
    period: Option<u64>,
    /// The number of backup codes, 0 to 20; 10, or as the service's policy says, unless another is named.
    backup_codes: Option<u8>,
    /// The phone that codes are sent to: `+`, then 7 to 15 digits (E.164).
    phone: Option<String>,
}

/// An enrolment, with what is shown this once.
#[derive(Serialize, ToSchema)]
pub(in crate::serve) struct EnrolledApp {
    /// The name of the app.
    app: String,
    /// The URI that a phone scans, which contains the secret.
    uri: String,
    /// The QR code of it: a PNG in base64.
    qr: String,
    /// The backup codes.
    backup_codes: Vec<String>,
}

/// What is asked for, once it is known to be possible.
struct Wanted {
    app: AppName,
    account: Account,
    backup_codes: u8,
    phone: Option<PhoneNumber>,
}

/// Enrol an app
///
/// The answer shows the secret and the backup codes, once: nobody can ask for them again.
#[utoipa::path(
    post,
    path = "/v1/apps",
    responses(
        (status = 201, body = EnrolledApp),
        (status = 400, body = Problem, content_type = "application/problem+json",
         description = "Not the fields that are expected, or values that they cannot have: `bad_request`"),
        (status = 403, body = Problem, content_type = "application/problem+json",
         description = "The app is `out_of_scope`, whether or not it exists, or the caller may manage none"),
        (status = 409, body = Problem, content_type = "application/problem+json",
         description = "There is an app of this name: `exists`"),
        Gate,
        Always
    ),
    security(("token" = []))
)]
pub(in crate::serve) async fn enrol(
    State(service): State<Service>,
    caller: Caller,
    Json(new): Json<NewApp>,
) -> Result<Answer<EnrolledApp>, Problem> {
    let wanted = new.wanted(service.options.backup_codes)?;
    caller.expect_manager(&wanted.app)?;
    let enrol =
        move |store: &AnyStore, service: &Service| enrolled(store, service, &caller, wanted);
    Ok(Answer(StatusCode::CREATED, service.work_hashing(enrol).await?))
}

fn enrolled(
    store: &AnyStore,
    service: &Service,
    caller: &Caller,
    Wanted { app, account, backup_codes, phone }: Wanted,
) -> Result<EnrolledApp, Problem> {
    let now = (service.world.clock)()?;
    let secret = Secret::generate(service.world.random)?;
    let (backup, codes) = BackupCodes::issue(backup_codes.into(), service.world.random)?;
    let account = Account { created: Some(now), backup, ..account }.with_phone(phone, now);
    let enrolment = Enrolment { secret, account };
    let uri = enrolment.provisioning_uri();
    let qr = picture(&uri)?;
    store.enrol(&app, &enrolment, Existing::Keep)?;
    caller.note(service, &app, "create", now);
    Ok(EnrolledApp { app: app.to_string(), uri: uri.to_string(), qr, backup_codes: texts(&codes) })
}

/// Returns the codes as people read them.
pub(super) fn texts(codes: &[BackupCode]) -> Vec<String> {
    codes.iter().map(|code| code.expose().to_string()).collect()
}

impl NewApp {
    fn wanted(self, usual_codes: u8) -> Result<Wanted, Problem> {
        let issuer: Label = parsed("issuer", &self.issuer)?;
        let app = parsed("app", self.app.as_deref().unwrap_or(issuer.as_str()))?;
        let usual = Totp::default();
        let totp = Totp {
            algorithm: self
                .algorithm
                .as_deref()
                .map_or(Ok(usual.algorithm), |text| parsed::<Algorithm>("algorithm", text))?,
            digits: self.digits.map_or(Ok(usual.digits), |n| within::<Digits, _>("digits", n))?,
            period: self.period.map_or(Ok(usual.period), |n| within::<Period, _>("period", n))?,
        };
        let backup_codes = self.backup_codes.unwrap_or(usual_codes);
        if backup_codes > MOST_BACKUP_CODES {
            return Err(Problem::bad_request("`backup_codes`: an app has at most 20"));
        }
        let account = Account::new(issuer, Some(parsed("account", &self.account)?), totp, None);
        let phone = self.phone.as_deref().map(|text| parsed("phone", text)).transpose()?;
        Ok(Wanted { app, account, backup_codes, phone })
    }
}

/// Parses a field, or says what is wrong with it.
fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    field: &str,
    text: &str,
) -> Result<T, Problem> {
    text.parse().map_err(|why| Problem::bad_request(format!("`{field}`: {why}")))
}

/// Converts a number, or says what is wrong with it.
fn within<T: TryFrom<N, Error: std::fmt::Display>, N>(
    field: &str,
    number: N,
) -> Result<T, Problem> {
    T::try_from(number).map_err(|why| Problem::bad_request(format!("`{field}`: {why}")))
}
