use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, counter, each, first};
use super::source::Json;
use super::{Ask, Contents, FormatError, Source, encoding};
use crate::transfer::crypto::{gcm, kdf};

/// The newest known `schemaVersion`.
const NEWEST: u64 = 4;

/// The iterations, fixed in the app (`BackupCipherImpl` of its Android source).
const ITERATIONS: u64 = 10_000;

#[derive(Deserialize)]
struct Service {
    secret: Zeroizing<String>,
    name: Option<String>,
    #[serde(default)]
    otp: Otp,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Otp {
    issuer: Option<String>,
    account: Option<String>,
    label: Option<String>,
    algorithm: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    token_type: Option<String>,
    #[serde(deserialize_with = "counter")]
    counter: Option<u64>,
}

/// Reads a 2FAS backup, plain or encrypted.
pub(super) fn read(
    source: &Source<'_>,
    ask: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    let Some(backup) = source.members().filter(|backup| {
        backup.has(&["schemaVersion"])
            && (backup.has(&["services"]) || backup.has(&["servicesEncrypted"]))
    }) else {
        return Ok(None);
    };
    if backup.get::<u64>("schemaVersion")? > NEWEST {
        return Err(FormatError::unsupported("it is of a newer version"));
    }
    let Some(sealed) = backup.get::<Option<String>>("servicesEncrypted")? else {
        return services(&backup.get::<Vec<&RawValue>>("services")?).map(Some);
    };
    let plain = opened(&sealed, ask)?;
    let text = str::from_utf8(&plain).map_err(|_| FormatError::damaged("it is not UTF-8"))?;
    let Json::Array(array) = Json::parse(text)? else {
        return Err(FormatError::damaged("its services are not a list"));
    };
    services(&array).map(Some)
}

/// Opens `ciphertext:salt:nonce`, each in base64.
fn opened(sealed: &str, ask: &mut Ask<'_>) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let mut parts = sealed.split(':').map(encoding::base64);
    let (Some(Some(sealed)), Some(Some(salt)), Some(Some(nonce))) =
        (parts.next(), parts.next(), parts.next())
    else {
        return Err(FormatError::damaged("servicesEncrypted is not three parts in base64"));
    };
    let key =
        kdf::pbkdf2(kdf::Hash::Sha256, &ask().map_err(FormatError::Password)?, &salt, ITERATIONS)?;
    gcm::open(&*key, &nonce, &sealed, b"").ok_or(FormatError::WrongPassword)
}

fn services(array: &[&RawValue]) -> Result<Contents, FormatError> {
    each(array, |service: Service, number| Some(service.raw().found(number)))
}

impl Service {
    /// Returns the entry; `name` is what the app shows and its user may have changed.
    fn raw(&self) -> RawEntry<'_> {
        RawEntry {
            kind: self.otp.token_type.as_deref().unwrap_or_default(),
            secret: Key::Base32(&self.secret),
            issuer: first([&self.name, &self.otp.issuer]),
            account: first([&self.otp.account, &self.otp.label]),
            algorithm: self.otp.algorithm.as_deref().unwrap_or_default(),
            digits: self.otp.digits,
            period: self.otp.period,
            counter: self.otp.counter,
        }
    }
}
