use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, each, first};
use super::{Ask, Contents, FormatError, Source};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    secret: Zeroizing<String>,
    issuer_name: Option<String>,
    original_issuer_name: Option<String>,
    user_name: Option<String>,
    original_user_name: Option<String>,
    algorithm: Option<String>,
    digits: Option<u64>,
    time_step: Option<u64>,
}

/// Reads a JSON export of `LastPass` Authenticator.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let signs = ["deviceId", "accounts"];
    let Some(export) = source.members().filter(|export| export.has(&signs)) else {
        return Ok(None);
    };
    let accounts: Vec<&RawValue> = export.get("accounts")?;
    each(&accounts, |account: Account, number| Some(account.raw().found(number))).map(Some)
}

impl Account {
    /// Returns the entry, under the names that the user may have changed.
    fn raw(&self) -> RawEntry<'_> {
        RawEntry {
            secret: Key::Base32(&self.secret),
            issuer: first([&self.issuer_name, &self.original_issuer_name]),
            account: first([&self.user_name, &self.original_user_name]),
            algorithm: self.algorithm.as_deref().unwrap_or_default(),
            digits: self.digits,
            period: self.time_step,
            ..RawEntry::default()
        }
    }
}
