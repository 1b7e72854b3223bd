use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::crypto::{Key as CipherKey, gcm, kdf};
use super::draft::{Draft, Key, each};
use super::source::Json;
use super::{Ask, Contents, Fault, Source};

/// Bytes of the salt in an encrypted backup.
const SALT: usize = 12;

/// The beginnings of files that are surely none of andOTP's: archives, databases, documents,
/// Java's objects (`FreeOTP` 2), and the backups of Authenticator Pro.
const OTHERS: [&[u8]; 11] = [
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"SQLite format 3\0",
    b"%PDF",
    b"GIF8",
    b"BZh",
    b"\xfd7zXZ",
    b"\x7fELF",
    b"\xac\xed\0\x05",
    b"AUTHENTICATORPRO",
    b"AuthenticatorPro",
];

#[derive(Deserialize)]
struct Entry {
    secret: Zeroizing<String>,
    #[serde(rename = "type")]
    kind: String,
    issuer: Option<String>,
    label: Option<String>,
    algorithm: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
}

/// Reads a plain backup of andOTP, which is a bare list.
#[expect(clippy::unnecessary_wraps, reason = "other formats' functions may fail")]
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, Fault> {
    let Json::Array(array) = &source.json else { return Ok(None) };
    let is_entry = |raw: &&RawValue| serde_json::from_str::<Entry>(raw.get()).is_ok();
    Ok(array.iter().any(is_entry).then(|| entries(array)))
}

/// Reads an encrypted backup of andOTP.
///
/// It has no sign that tells it from noise, so whatever is neither text nor another known kind of
/// file is taken for one, and the password proves it.
pub(super) fn read_encrypted(
    source: &Source<'_>,
    ask: &mut Ask<'_>,
) -> Result<Option<Contents>, Fault> {
    let short = source.bytes.len() < gcm::NONCE + gcm::TAG + 2;
    let other = OTHERS.iter().any(|start| source.bytes.starts_with(start));
    if short || other || str::from_utf8(source.bytes).is_ok() {
        return Ok(None);
    }
    let plain = opened(source.bytes, &ask().map_err(Fault::Password)?)?;
    let text = str::from_utf8(&plain).map_err(|_| Fault::damaged("it is not UTF-8"))?;
    let Json::Array(array) = Json::parse(text)? else {
        return Err(Fault::damaged("it holds no list"));
    };
    Ok(Some(entries(&array)))
}

/// Tries what newer versions write (iterations, salt, nonce, ciphertext), then what older ones
/// did: nonce and ciphertext, the key being the password's hash.
fn opened(bytes: &[u8], password: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    if let Some((iterations, rest)) = bytes.split_first_chunk::<4>()
        && let Some((salt, rest)) = rest.split_first_chunk::<SALT>()
        && let Some((nonce, sealed)) = rest.split_first_chunk::<{ gcm::NONCE }>()
        && let iterations = u32::from_be_bytes(*iterations).into()
        && let Ok(key) = kdf::pbkdf2(kdf::Hash::Sha1, password, salt, iterations)
        && let Some(plain) = gcm::open(&*key, nonce, sealed, b"")
    {
        return Ok(plain);
    }
    let key: CipherKey = Zeroizing::new(Sha256::digest(password).into());
    let (nonce, sealed) =
        bytes.split_first_chunk::<{ gcm::NONCE }>().ok_or(Fault::WrongPassword)?;
    gcm::open(&*key, nonce, sealed, b"").ok_or(Fault::WrongPassword)
}

fn entries(array: &[&RawValue]) -> Contents {
    let found = each(array, |entry: Entry, number| Some(entry.draft().found(number)));
    Contents { found, ..Contents::default() }
}

impl Entry {
    /// Before issuers had a member of their own, the label was `issuer - account`.
    fn draft(&self) -> Draft<'_> {
        let label = self.label.as_deref().unwrap_or_default();
        let (issuer, account) = match self.issuer.as_deref() {
            Some(issuer) => (issuer, label),
            None => label.split_once(" - ").unwrap_or(("", label)),
        };
        Draft {
            kind: &self.kind,
            secret: Key::Base32(&self.secret),
            issuer,
            account,
            algorithm: self.algorithm.as_deref().unwrap_or_default(),
            digits: self.digits,
            period: self.period,
        }
    }
}
