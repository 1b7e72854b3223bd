use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, any, counter, each};
use super::{Ask, Contents, FormatError, Found, Source, encoding};

/// What stands beside the entries in a backup that is encrypted.
const OTHERS: [&str; 2] = ["key", "UserSettings"];

const ENCRYPTED: &str = "it is encrypted; download the backup without encryption";

/// A member of the backup; the others are keys and settings.
#[derive(Deserialize)]
struct Sign {
    encrypted: Option<bool>,
    secret: Option<Zeroizing<String>>,
    #[serde(rename = "dataType")]
    data_type: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    secret: Zeroizing<String>,
    #[serde(rename = "type")]
    kind: String,
    issuer: Option<String>,
    account: Option<String>,
    algorithm: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    #[serde(default, deserialize_with = "counter")]
    counter: Option<u64>,
}

/// Reads a JSON backup of the browser extension Authenticator: an object of entries.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let Some(backup) = source.members() else { return Ok(None) };
    let entries: Vec<&RawValue> = backup.values_but(&OTHERS).collect();
    let any = |encrypted| any(&entries, |sign: &Sign| sign.is_encrypted() == Some(encrypted));
    if any(true) {
        return Err(FormatError::unsupported(ENCRYPTED));
    }
    let read = || each(&entries, |entry: Entry, number| Some(entry.found(number)));
    any(false).then(read).transpose()
}

impl Sign {
    /// Reports whether an entry is encrypted, be it its secret alone; `None` for what is no entry.
    fn is_encrypted(&self) -> Option<bool> {
        match self.data_type.as_deref() {
            Some("EncOTPStorage") => Some(true),
            _ => self.encrypted.filter(|_| self.secret.is_some()),
        }
    }
}

impl Entry {
    /// Returns the entry; the issuer may have the site's host after it, and `hex` and `hhex` are
    /// about the secret.
    fn found(&self, number: usize) -> Found {
        let bytes = encoding::hex(&self.secret).unwrap_or_default();
        let (kind, secret) = match self.kind.as_str() {
            "hex" => ("totp", Key::Bytes(&bytes)),
            "hhex" => ("hotp", Key::Bytes(&bytes)),
            kind => (kind, Key::Base32(&self.secret)),
        };
        let issuer = self.issuer.as_deref().unwrap_or_default();
        RawEntry {
            kind,
            secret,
            issuer: issuer.split_once("::").map_or(issuer, |(issuer, _)| issuer),
            account: self.account.as_deref().unwrap_or_default(),
            algorithm: self.algorithm.as_deref().unwrap_or_default(),
            digits: self.digits,
            period: self.period,
            counter: self.counter,
        }
        .found(number)
    }
}
