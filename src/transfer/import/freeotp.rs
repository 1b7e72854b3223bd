use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, each, first};
use super::{Ask, Contents, FormatError, Found, Source};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Token {
    /// The key as Java's bytes, which are signed.
    secret: Zeroizing<Vec<i8>>,
    #[serde(rename = "type")]
    kind: Option<String>,
    issuer_ext: Option<String>,
    issuer_int: Option<String>,
    issuer_alt: Option<String>,
    label: Option<String>,
    label_alt: Option<String>,
    algo: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    /// The counter of the next code; -1 before the first one of a URI that says 0, since the app
    /// takes one off (`Token.java`).
    counter: Option<i64>,
}

/// Reads a `FreeOTP+` JSON backup.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let Some(backup) = source.members().filter(|backup| backup.has(&["tokens"])) else {
        return Ok(None);
    };
    let tokens: Vec<&RawValue> = backup.get("tokens")?;
    each(&tokens, |token: Token, number| Some(token.found(number))).map(Some)
}

impl Token {
    pub(super) fn found(&self, number: usize) -> Found {
        let bytes = self.secret.iter().map(|byte| byte.cast_unsigned());
        let secret = Zeroizing::new(bytes.collect::<Vec<u8>>());
        self.raw(&secret).found(number)
    }

    /// Returns the entry; `Ext` is the label's issuer, `Int` the parameter's, and `Alt` the user's
    /// own.
    fn raw<'a>(&'a self, secret: &'a [u8]) -> RawEntry<'a> {
        RawEntry {
            kind: self.kind.as_deref().unwrap_or_default(),
            secret: Key::Bytes(secret),
            issuer: first([&self.issuer_alt, &self.issuer_int, &self.issuer_ext]),
            account: first([&self.label_alt, &self.label]),
            algorithm: self.algo.as_deref().unwrap_or_default(),
            digits: self.digits,
            period: self.period,
            counter: self.counter.map(|counter| counter.try_into().unwrap_or(0)),
        }
    }
}
