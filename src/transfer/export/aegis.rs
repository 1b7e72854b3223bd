use std::borrow::Cow;

use serde::Serialize;
use zeroize::Zeroizing;

use super::json::json;
use super::{Entry, ExportError, Random, account_text};
use crate::domain::{Algorithm, hex};
use crate::transfer::crypto::{gcm, kdf};

/// scrypt's parameters as Aegis writes them (`docs/vault.md` of its repository).
const SCRYPT: (u64, u64, u64) = (1 << 15, 8, 1);

/// The versions of the vault and of its content.
const VERSION: (u8, u8) = (1, 3);

#[derive(Serialize)]
struct Vault<C> {
    version: u8,
    header: Header,
    db: C,
}

#[derive(Serialize)]
struct Header {
    slots: Option<[Slot; 1]>,
    params: Option<Params>,
}

#[derive(Serialize)]
struct Slot {
    #[serde(rename = "type")]
    kind: u8,
    uuid: String,
    key: String,
    key_params: Params,
    n: u64,
    r: u64,
    p: u64,
    salt: String,
    repaired: bool,
    is_backup: bool,
}

#[derive(Serialize)]
struct Params {
    nonce: String,
    tag: String,
}

#[derive(Serialize)]
struct Content<'a> {
    version: u8,
    entries: Vec<Item<'a>>,
    groups: [(); 0],
    icons_optimized: bool,
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    uuid: String,
    name: Cow<'a, str>,
    issuer: &'a str,
    note: &'static str,
    favorite: bool,
    icon: Option<()>,
    info: Info,
    groups: [(); 0],
}

#[derive(Serialize)]
struct Info {
    secret: Zeroizing<String>,
    algo: Algorithm,
    digits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
}

/// Writes an unencrypted Aegis vault.
///
/// # Errors
/// [`ExportError::Random`] if `random` fails, which makes the entries' identifiers.
pub fn aegis<E>(
    entries: &[Entry],
    random: &mut Random<'_, E>,
) -> Result<Zeroizing<Vec<u8>>, ExportError<E>> {
    let header = Header { slots: None, params: None };
    json(&Vault { version: VERSION.0, header, db: content(entries, random)? })
}

/// Writes an Aegis vault encrypted with a password.
///
/// # Errors
/// [`ExportError::Random`] if `random` fails, which makes the keys and nonces.
pub fn aegis_encrypted<E>(
    entries: &[Entry],
    password: &str,
    random: &mut Random<'_, E>,
) -> Result<Vec<u8>, ExportError<E>> {
    let plain = json(&content(entries, random)?)?;
    let (mut salt, mut master) = ([0; 32], Zeroizing::new([0; 32]));
    random(&mut salt)?;
    random(&mut *master)?;

    let (n, r, p) = SCRYPT;
    let key = kdf::scrypt(password, &salt, n, r, p).map_err(|_| ExportError::Failed)?;
    let (key, key_params) = sealed(&*key, &*master, random)?;
    let (db, params) = sealed(&*master, &plain, random)?;
    let (uuid, key, salt) = (uuid(random)?, hex(&key), hex(&salt));
    let slot =
        Slot { kind: 1, uuid, key, key_params, n, r, p, salt, repaired: true, is_backup: false };
    let header = Header { slots: Some([slot]), params: Some(params) };
    let vault = json(&Vault { version: VERSION.0, header, db: crate::qr::base64(&db) })?;
    Ok(vault.to_vec())
}

fn content<'a, E>(
    entries: &'a [Entry],
    random: &mut Random<'_, E>,
) -> Result<Content<'a>, ExportError<E>> {
    let item = |(_, entry): &'a Entry| {
        let account = &entry.account;
        let otp = account.handed_on();
        Ok(Item {
            kind: otp.kind(),
            uuid: uuid(random)?,
            name: account_text(account),
            issuer: account.issuer.as_str(),
            note: "",
            favorite: false,
            icon: None,
            info: Info {
                secret: entry.secret.expose_base32(),
                algo: otp.algorithm(),
                digits: otp.digits(),
                period: otp.period(),
                counter: otp.counter(),
            },
            groups: [],
        })
    };
    let entries = entries.iter().map(item).collect::<Result<_, ExportError<E>>>()?;
    Ok(Content { version: VERSION.1, entries, groups: [], icons_optimized: true })
}

/// Seals with a fresh nonce and splits off the tag, which Aegis keeps separately.
fn sealed<E>(
    key: &[u8],
    plain: &[u8],
    random: &mut Random<'_, E>,
) -> Result<(Vec<u8>, Params), ExportError<E>> {
    let mut nonce = [0; gcm::NONCE];
    random(&mut nonce)?;
    let mut sealed = gcm::seal(key, &nonce, plain).ok_or(ExportError::Failed)?;
    let tag = sealed.split_off(sealed.len().saturating_sub(gcm::TAG));
    Ok((sealed, Params { nonce: hex(&nonce), tag: hex(&tag) }))
}

/// Makes a random identifier (RFC 9562 §5.4).
fn uuid<E>(random: &mut Random<'_, E>) -> Result<String, ExportError<E>> {
    let mut bytes = [0; 16];
    random(&mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = hex(&bytes);
    for place in [20, 16, 12, 8] {
        text.insert(place, '-');
    }
    Ok(text)
}
