use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::raw_entry::{each, name, repaired};
use super::source::Members;
use super::{Ask, Contents, FormatError, Found, Source, encoding, uris};
use crate::transfer::crypto::{gcm, kdf};

/// The data bound to the ciphertext, so that no other kind of ciphertext is taken for an export.
const CONTEXT: &[u8] = b"proton.authenticator.export.v1";

/// The parameters of Argon2id, fixed in the app: 19 MiB, two passes, one lane.
const ARGON2: (u64, u64, u64) = (19 * 1024, 2, 1);

#[derive(Deserialize)]
struct Entry {
    content: Content,
}

#[derive(Deserialize)]
struct Content {
    uri: Zeroizing<String>,
    name: Option<String>,
}

/// Reads a Proton Authenticator export, plain or encrypted.
pub(super) fn read(
    source: &Source<'_>,
    ask: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    let Some(export) = source.members().filter(|export| export.has(&["version"])) else {
        return Ok(None);
    };
    if export.has(&["entries"]) {
        return entries(export).map(Some);
    }
    if !export.has(&["salt", "content"]) {
        return Ok(None);
    }
    let plain = opened(export, ask)?;
    let text = str::from_utf8(&plain).map_err(|_| FormatError::damaged("it is not UTF-8"))?;
    entries(&Members::parse(text)?).map(Some)
}

fn opened(export: &Members<'_>, ask: &mut Ask<'_>) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let bytes = |name| {
        let bytes = encoding::base64(&export.get::<String>(name)?);
        bytes.ok_or_else(|| FormatError::Damaged(format!("{name} is not base64")))
    };
    let (salt, content) = (bytes("salt")?, bytes("content")?);
    let (nonce, sealed) = content
        .split_first_chunk::<{ gcm::NONCE }>()
        .ok_or_else(|| FormatError::damaged("its content is too short"))?;
    let (memory, passes, lanes) = ARGON2;
    let key = kdf::argon2id(&ask().map_err(FormatError::Password)?, &salt, memory, passes, lanes)?;
    gcm::open(&*key, nonce, sealed, CONTEXT).ok_or(FormatError::WrongPassword)
}

fn entries(export: &Members<'_>) -> Result<Contents, FormatError> {
    if export.get::<u64>("version")? != 1 {
        return Err(FormatError::unsupported("it is of a newer version"));
    }
    let array: Vec<&RawValue> = export.get("entries")?;
    each(&array, |entry: Entry, number| Some(entry.content.found(number)))
}

impl Content {
    fn found(&self, number: usize) -> Found {
        let shown = self.name.as_deref().unwrap_or_default();
        let what = name("", shown, number);
        let mut found = uris::entry(&self.uri, &what);
        if let Found::Entry(entry) = &mut found
            && entry.account.is_none()
        {
            entry.account = repaired(shown);
        }
        found
    }
}
