use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, counter, each};
use super::{Ask, Contents, FormatError, Source};

/// The newest `schema` that is known.
const NEWEST: u64 = 1;

#[derive(Deserialize)]
struct Entry {
    secret: Zeroizing<String>,
    otp_type: String,
    service: Option<String>,
    account: Option<String>,
    algorithm: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    #[serde(default, deserialize_with = "counter")]
    counter: Option<u64>,
}

/// Reads a JSON export of 2FAuth.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let signs = ["app", "schema", "data"];
    let Some(export) = source.members().filter(|export| export.has(&signs)) else {
        return Ok(None);
    };
    if export.get::<u64>("schema")? > NEWEST {
        return Err(FormatError::unsupported("it is of a newer version"));
    }
    let accounts: Vec<&RawValue> = export.get("data")?;
    each(&accounts, |entry: Entry, number| Some(entry.raw().found(number))).map(Some)
}

impl Entry {
    fn raw(&self) -> RawEntry<'_> {
        RawEntry {
            kind: if self.otp_type == "steamtotp" { "steam" } else { &self.otp_type },
            secret: Key::Base32(&self.secret),
            issuer: self.service.as_deref().unwrap_or_default(),
            account: self.account.as_deref().unwrap_or_default(),
            algorithm: self.algorithm.as_deref().unwrap_or_default(),
            digits: self.digits,
            period: self.period,
            counter: self.counter,
        }
    }
}
