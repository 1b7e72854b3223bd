use serde::Deserialize;

use super::{Ask, Contents, FormatError, Source, encoding, uris};
use crate::transfer::crypto::{kdf, secretstream};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KdfParams {
    /// The memory in bytes.
    mem_limit: u64,
    ops_limit: u64,
    salt: String,
}

/// Reads an encrypted Ente Auth export; a plain one is a list of URIs.
///
/// The key comes from Argon2id (libsodium's `crypto_pwhash`), and the ciphertext is one message of
/// libsodium's secretstream with `encryptionNonce` as its header.
pub(super) fn read(
    source: &Source<'_>,
    ask: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    let signs = ["kdfParams", "encryptedData", "encryptionNonce"];
    let Some(export) = source.members().filter(|export| export.has(&signs)) else {
        return Ok(None);
    };
    if export.get::<u64>("version")? != 1 {
        return Err(FormatError::unsupported("it is of a newer version"));
    }
    let kdf: KdfParams = export.get("kdfParams")?;
    let bytes = |name: &str, text: &str| {
        let bytes = encoding::base64(text);
        bytes.ok_or_else(|| FormatError::Damaged(format!("{name} is not base64")))
    };
    let salt = bytes("salt", &kdf.salt)?;
    let sealed = bytes("encryptedData", &export.get::<String>("encryptedData")?)?;
    let header = bytes("encryptionNonce", &export.get::<String>("encryptionNonce")?)?;

    let password = ask().map_err(FormatError::Password)?;
    let key = kdf::argon2id(&password, &salt, kdf.mem_limit / 1024, kdf.ops_limit, 1)?;
    let plain =
        secretstream::open_first(&key, &header, &sealed).ok_or(FormatError::WrongPassword)?;
    let text = str::from_utf8(&plain).map_err(|_| FormatError::damaged("it is not UTF-8"))?;
    uris::list(text).map(Some)
}
