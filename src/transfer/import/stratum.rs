use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, counter, each};
use super::source::Members;
use super::{Ask, Contents, FormatError, Source};
use crate::transfer::crypto::{cbc, gcm, kdf};

/// What an encrypted backup begins with, and what one of 2022 and before does.
const SIGN: &[u8] = b"AUTHENTICATORPRO";
const OLD_SIGN: &[u8] = b"AuthenticatorPro";

/// The parameters of Argon2id, fixed in the app: 64 MiB, three passes, four lanes.
const ARGON2: (u64, u64, u64) = (64 * 1024, 3, 4);

/// The iterations of PBKDF2 in an old backup, fixed in the app.
const ITERATIONS: u64 = 64_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Authenticator {
    #[serde(rename = "Type")]
    kind: u64,
    secret: Zeroizing<String>,
    issuer: Option<String>,
    username: Option<String>,
    algorithm: Option<u64>,
    digits: Option<u64>,
    period: Option<u64>,
    #[serde(default, deserialize_with = "counter")]
    counter: Option<u64>,
}

/// Reads a backup of Stratum, once Authenticator Pro, plain or encrypted.
pub(super) fn read(
    source: &Source<'_>,
    ask: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    if let Some(backup) = source.members().filter(|backup| backup.has(&["Authenticators"])) {
        return authenticators(backup).map(Some);
    }
    let plain = if let Some(sealed) = source.bytes.strip_prefix(SIGN) {
        opened(sealed, ask)?
    } else if let Some(sealed) = source.bytes.strip_prefix(OLD_SIGN) {
        opened_old(sealed, ask)?
    } else {
        return Ok(None);
    };
    // An old backup has no tag: the padding alone does not tell a wrong password.
    let text = str::from_utf8(&plain).map_err(|_| FormatError::WrongPassword)?;
    let backup = Members::parse(text).map_err(|_| FormatError::WrongPassword)?;
    authenticators(&backup).map(Some)
}

/// Opens a salt, a nonce, and what AES-256-GCM made.
fn opened(sealed: &[u8], ask: &mut Ask<'_>) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let (salt, rest) = sealed.split_first_chunk::<16>().ok_or_else(short)?;
    let (nonce, sealed) = rest.split_first_chunk::<{ gcm::NONCE }>().ok_or_else(short)?;
    let (memory, passes, lanes) = ARGON2;
    let key = kdf::argon2id(&ask().map_err(FormatError::Password)?, salt, memory, passes, lanes)?;
    gcm::open(&*key, nonce, sealed, b"").ok_or(FormatError::WrongPassword)
}

/// Opens a salt, an initialisation vector, and what AES-256-CBC made.
fn opened_old(sealed: &[u8], ask: &mut Ask<'_>) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let (salt, rest) = sealed.split_first_chunk::<20>().ok_or_else(short)?;
    let (iv, sealed) = rest.split_first_chunk::<16>().ok_or_else(short)?;
    let password = ask().map_err(FormatError::Password)?;
    let key = kdf::pbkdf2(kdf::Hash::Sha1, &password, salt, ITERATIONS)?;
    cbc::open(&key, iv, sealed).ok_or(FormatError::WrongPassword)
}

fn short() -> FormatError {
    FormatError::damaged("it is too short")
}

fn authenticators(backup: &Members<'_>) -> Result<Contents, FormatError> {
    let array: Vec<&RawValue> = backup.get("Authenticators")?;
    each(&array, |entry: Authenticator, number| Some(entry.raw().found(number)))
}

impl Authenticator {
    /// Returns the entry; the numbers are those of the app's `AuthenticatorType` and `HashAlgorithm`.
    fn raw(&self) -> RawEntry<'_> {
        RawEntry {
            kind: match self.kind {
                1 => "hotp",
                2 => "totp",
                3 => "mOTP",
                4 => "steam",
                5 => "Yandex",
                _ => "unknown",
            },
            secret: Key::Base32(&self.secret),
            issuer: self.issuer.as_deref().unwrap_or_default(),
            account: self.username.as_deref().unwrap_or_default(),
            algorithm: match self.algorithm {
                None | Some(0) => "SHA1",
                Some(1) => "SHA256",
                Some(2) => "SHA512",
                _ => "unknown",
            },
            digits: self.digits,
            period: self.period,
            counter: self.counter,
        }
    }
}
