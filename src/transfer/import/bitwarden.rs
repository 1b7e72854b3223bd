use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::raw_entry::{any, one};
use super::source::Members;
use super::uris::Uris;
use super::{Ask, Contents, FormatError, Source, encoding, within};
use crate::transfer::crypto::{Key as CipherKey, cbc, kdf};

#[derive(Deserialize)]
struct Item {
    name: Option<String>,
    login: Option<Login>,
    notes: Option<Zeroizing<String>>,
    fields: Option<Vec<Field>>,
}

#[derive(Default, Deserialize)]
struct Login {
    username: Option<String>,
    totp: Option<Zeroizing<String>>,
}

/// A field that the user added to an item.
#[derive(Deserialize)]
struct Field {
    value: Option<Zeroizing<String>>,
}

/// Reads a Bitwarden JSON export, plain or protected by a password of its own.
pub(super) fn read(
    source: &Source<'_>,
    ask: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    let Some(export) = source.members().filter(|export| is_export(export)) else {
        return Ok(None);
    };
    if export.get::<Option<bool>>("encrypted")? != Some(true) {
        return items(export).map(Some);
    }
    if export.get::<Option<bool>>("passwordProtected")? != Some(true) {
        return Err(FormatError::unsupported(
            "only the account that made it can; export it again, plain or with a file password",
        ));
    }
    let keys = Keys::derive(export, &ask().map_err(FormatError::Password)?)?;
    let plain = keys.open(&export.get::<String>("data")?)?;
    let text = str::from_utf8(&plain).map_err(|_| FormatError::damaged("it is not UTF-8"))?;
    items(&Members::parse(text)?).map(Some)
}

/// Reports whether it is an export; tools that take one apart leave out `encrypted`.
fn is_export(export: &Members<'_>) -> bool {
    let items = || export.get::<Vec<_>>("items").unwrap_or_default();
    export.has(&["encrypted"]) || any(&items(), |item: &Item| item.login.is_some())
}

/// Reads the items, ignoring those without codes.
fn items(export: &Members<'_>) -> Result<Contents, FormatError> {
    let array: Vec<&RawValue> = export.get("items")?;
    let mut found = Uris::default();
    for (json, number) in array.iter().zip(1..) {
        let refused = one(json.get(), number, |item: Item, number| {
            item.find(number, &mut found);
            None
        });
        if let Some(refused) = refused {
            found.add(refused);
        }
        found.check_size()?;
    }
    Ok(found.finish())
}

impl Item {
    /// Finds the codes of a login, and the URIs in the notes and fields of any item.
    fn find(self, number: usize, found: &mut Uris) {
        let issuer = self.name.unwrap_or_default();
        let Login { username, totp } = self.login.unwrap_or_default();
        let account = username.unwrap_or_default();
        let mut take = |codes: &str| found.take_field(codes, &issuer, &account, number);
        let codes = totp.iter().map(|codes| codes.trim());
        codes.filter(|codes| !codes.is_empty()).for_each(&mut take);
        let fields = self.fields.into_iter().flatten().filter_map(|field| field.value);
        for text in self.notes.into_iter().chain(fields) {
            text.lines().flat_map(within::uris).for_each(&mut take);
        }
    }
}

/// The two keys derived from a file password (Bitwarden's `EncString`, type 2).
struct Keys {
    cipher: CipherKey,
    mac: CipherKey,
}

impl Keys {
    fn derive(export: &Members<'_>, password: &str) -> Result<Self, FormatError> {
        let salt: String = export.get("salt")?;
        let iterations = export.get("kdfIterations")?;
        let key = match export.get::<u64>("kdfType")? {
            0 => kdf::pbkdf2(kdf::Hash::Sha256, password, salt.as_bytes(), iterations)?,
            1 => {
                let memory: u64 = export.get("kdfMemory")?;
                let lanes = export.get("kdfParallelism")?;
                let salt = Sha256::digest(&salt);
                kdf::argon2id(password, &salt, memory.saturating_mul(1024), iterations, lanes)?
            }
            _ => return Err(FormatError::unsupported("its key derivation is not known")),
        };
        Ok(Self { cipher: expanded(&key, b"enc")?, mac: expanded(&key, b"mac")? })
    }

    /// Opens `2.nonce|ciphertext|code`: AES-256-CBC, then HMAC-SHA-256 over nonce and ciphertext.
    fn open(&self, sealed: &str) -> Result<Zeroizing<Vec<u8>>, FormatError> {
        let damaged = || FormatError::damaged("its data is not ciphertext of type 2");
        let parts = sealed.strip_prefix("2.").ok_or_else(damaged)?;
        let mut parts = parts.split('|').map(encoding::base64);
        let (Some(Some(nonce)), Some(Some(data)), Some(Some(code)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(damaged());
        };
        let mac = mac(&self.mac)?.chain_update(&*nonce).chain_update(&*data);
        mac.verify_slice(&code).map_err(|_| FormatError::WrongPassword)?;
        cbc::open(&self.cipher, &nonce, &data).ok_or_else(damaged)
    }
}

/// Computes one block of HKDF-Expand (RFC 5869 §2.3).
fn expanded(key: &CipherKey, info: &[u8]) -> Result<CipherKey, FormatError> {
    let block = mac(key)?.chain_update(info).chain_update([1]).finalize().into_bytes();
    Ok(Zeroizing::new(block.into()))
}

fn mac(key: &CipherKey) -> Result<Hmac<Sha256>, FormatError> {
    Hmac::new_from_slice(&**key).map_err(|_| FormatError::damaged("a key of a wrong length"))
}
