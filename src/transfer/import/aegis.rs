use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, counter, each};
use super::source::Members;
use super::{Ask, Contents, FormatError, Source, encoding};
use crate::transfer::crypto::{Key as CipherKey, gcm, kdf};

/// The newest known version of the vault's content (`Vault.java`).
const NEWEST: u64 = 3;

/// The limit on slots that the password is tried on, each of which may take a second.
const MAX_SLOTS: usize = 10;

/// The type of a slot that a password opens.
const PASSWORD: u64 = 1;

#[derive(Deserialize)]
struct Header {
    slots: Option<Vec<Slot>>,
    params: Option<Params>,
}

#[derive(Deserialize)]
struct Slot {
    #[serde(rename = "type")]
    kind: u64,
    key: String,
    key_params: Params,
    #[serde(default)]
    n: u64,
    #[serde(default)]
    r: u64,
    #[serde(default)]
    p: u64,
    #[serde(default)]
    salt: String,
}

#[derive(Deserialize)]
struct Params {
    nonce: String,
    tag: String,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
    issuer: Option<String>,
    info: Info,
}

#[derive(Deserialize)]
struct Info {
    secret: Zeroizing<String>,
    algo: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    #[serde(default, deserialize_with = "counter")]
    counter: Option<u64>,
}

/// Reads an Aegis vault, plain or encrypted (`docs/vault.md` of its repository).
pub(super) fn read(
    source: &Source<'_>,
    ask: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    let Some(vault) = source.members().filter(|vault| vault.has(&["version", "header", "db"]))
    else {
        return Ok(None);
    };
    if vault.get::<u64>("version")? != 1 {
        return Err(FormatError::unsupported("it is of a newer version"));
    }
    let header: Header = vault.get("header")?;
    match (header.slots, header.params) {
        (Some(slots), Some(params)) => {
            let sealed = encoding::base64(&vault.get::<String>("db")?);
            let sealed = sealed.ok_or_else(|| FormatError::damaged("db is not base64"))?;
            let master = master_key(&slots, &ask().map_err(FormatError::Password)?)?;
            let plain = params.open(&*master, &sealed).ok_or(FormatError::WrongPassword)?;
            content(str::from_utf8(&plain).map_err(|_| FormatError::damaged("db is not UTF-8"))?)
        }
        _ => content(vault.get::<&RawValue>("db")?.get()),
    }
    .map(Some)
}

/// Returns the master key from the first slot that the password opens.
fn master_key(slots: &[Slot], password: &str) -> Result<CipherKey, FormatError> {
    let mut slots = slots.iter().filter(|slot| slot.kind == PASSWORD);
    for slot in slots.by_ref().take(MAX_SLOTS) {
        let hex =
            |text| encoding::hex(text).ok_or_else(|| FormatError::damaged("a slot is not hex"));
        let key = kdf::scrypt(password, &hex(&slot.salt)?, slot.n, slot.r, slot.p)?;
        let master = slot.key_params.open(&*key, &hex(&slot.key)?);
        if let Some(master) = master.and_then(|key| key.as_slice().try_into().ok()) {
            return Ok(Zeroizing::new(master));
        }
    }
    match slots.next() {
        None => Err(FormatError::WrongPassword),
        Some(_) => Err(FormatError::unsupported("it has more than 10 password slots")),
    }
}

impl Params {
    fn open(&self, key: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = [sealed, &encoding::hex(&self.tag)?].concat();
        gcm::open(key, &encoding::hex(&self.nonce)?, &sealed, b"")
    }
}

fn content(text: &str) -> Result<Contents, FormatError> {
    let db = Members::parse(text)?;
    if db.get::<u64>("version")? > NEWEST {
        return Err(FormatError::unsupported("its content is of a newer version"));
    }
    let entries: Vec<&RawValue> = db.get("entries")?;
    each(&entries, |entry: Entry, number| Some(entry.raw().found(number)))
}

impl Entry {
    fn raw(&self) -> RawEntry<'_> {
        RawEntry {
            kind: &self.kind,
            secret: Key::Base32(&self.info.secret),
            issuer: self.issuer.as_deref().unwrap_or_default(),
            account: self.name.as_deref().unwrap_or_default(),
            algorithm: self.info.algo.as_deref().unwrap_or_default(),
            digits: self.info.digits,
            period: self.info.period,
            counter: self.info.counter,
        }
    }
}
